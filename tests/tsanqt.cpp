// Tells ThreadSanitizer what Qt orders. Qt is not instrumented: the locks of its event queue and
// the semaphore of a blocking call are invisible, and every value handed to another thread would
// look like a race. Here the calls by which our code hands something over are wrapped, each with a
// happens-before edge of its own, from the call to the slot and, for a blocking call, back. Linked
// into the tests labelled `threads` in the preset `tsan` only.

#include <QCoreApplication>
#include <QEvent>
#include <QMetaObject>
#include <QObject>
#include <QRunnable>
#include <QThreadPool>

#include <dlfcn.h>
#include <functional>
#include <sanitizer/tsan_interface.h>

namespace {

using QtPrivate::QSlotObjectBase;

/// A slot that first joins what happened before it was posted and before its signal was emitted.
class OrderedSlot : public QSlotObjectBase
{
public:
    OrderedSlot(QSlotObjectBase *slot, const QObject *sender)
        : QSlotObjectBase(&OrderedSlot::run)
        , m_slot(slot)
        , m_sender(const_cast<QObject *>(sender))
    {
        __tsan_release(this);
    }

private:
    static void run(int which, QSlotObjectBase *base, QObject *receiver, void **arguments,
                    bool *result)
    {
        __tsan_acquire(base);
        auto *self = static_cast<OrderedSlot *>(base);
        if (self->m_sender)
            __tsan_acquire(self->m_sender);
        switch (which) {
        case Destroy:
            self->m_slot->destroyIfLastRef();
            delete self;
            break;
        case Call:
            self->m_slot->call(receiver, arguments);
            __tsan_release(base);
            break;
        case Compare:
            *result = self->m_slot->compare(arguments);
            break;
        default:
            break;
        }
    }

    QSlotObjectBase *m_slot;
    QObject *m_sender; ///< of a connection; only its address is used
};

/// What a thread pool runs first joins what happened before it was handed over.
class OrderedRunnable : public QRunnable
{
public:
    explicit OrderedRunnable(std::function<void()> function)
        : m_function(std::move(function))
    {
        __tsan_release(this);
    }
    void run() override
    {
        __tsan_acquire(this);
        m_function();
    }

private:
    const std::function<void()> m_function;
};

template <typename Function>
Function original(const char *symbol)
{
    void *const found = dlsym(RTLD_NEXT, symbol);
    if (!found)
        qFatal("%s is not in this Qt", symbol);
    return reinterpret_cast<Function>(found);
}

/// deleteLater(), moveToThread() and postEvent() name the object that will get the event.
bool beforeDelivery(void **data)
{
    __tsan_acquire(data[0]); // the receiver
    return false;
}

const bool s_registered =
    QInternal::registerCallback(QInternal::EventNotifyCallback, &beforeDelivery);

} // namespace

bool QMetaObject::invokeMethodImpl(QObject *object, QSlotObjectBase *slot, Qt::ConnectionType type,
                                   void *result)
{
    using Function = bool (*)(QObject *, QSlotObjectBase *, Qt::ConnectionType, void *);
    static const auto next = original<Function>("_ZN11QMetaObject16invokeMethodImplEP7QObjectPN9QtP"
                                                "rivate15QSlotObjectBaseEN2Qt14ConnectionTypeEPv");
    auto *ordered = new OrderedSlot(slot, nullptr);
    const bool done = next(object, ordered, type, result);
    if (type == Qt::BlockingQueuedConnection)
        __tsan_acquire(ordered); // only its address: it is gone
    return done;
}

QMetaObject::Connection QObject::connectImpl(const QObject *sender, void **signal,
                                             const QObject *receiver, void **slotPointer,
                                             QSlotObjectBase *slot, Qt::ConnectionType type,
                                             const int *types, const QMetaObject *metaObject)
{
    using Function = QMetaObject::Connection (*)(const QObject *, void **, const QObject *, void **,
                                                 QSlotObjectBase *, Qt::ConnectionType, const int *,
                                                 const QMetaObject *);
    static const auto next =
        original<Function>("_ZN7QObject11connectImplEPKS_PPvS1_S3_"
                           "PN9QtPrivate15QSlotObjectBaseEN2Qt14ConnectionTypeEPKiPK11QMetaObject");
    return next(sender, signal, receiver, slotPointer, new OrderedSlot(slot, sender), type, types,
                metaObject);
}

void QMetaObject::activate(QObject *sender, const QMetaObject *metaObject, int index,
                           void **arguments)
{
    using Function = void (*)(QObject *, const QMetaObject *, int, void **);
    static const auto next = original<Function>("_ZN11QMetaObject8activateEP7QObjectPKS_iPPv");
    __tsan_release(sender);
    next(sender, metaObject, index, arguments);
}

void QThreadPool::start(std::function<void()> function, int priority)
{
    start(new OrderedRunnable(std::move(function)), priority);
}

void QObject::deleteLater()
{
    using Function = void (*)(QObject *);
    static const auto next = original<Function>("_ZN7QObject11deleteLaterEv");
    __tsan_release(this);
    next(this);
}

void QObject::moveToThread(QThread *thread)
{
    using Function = void (*)(QObject *, QThread *);
    static const auto next = original<Function>("_ZN7QObject12moveToThreadEP7QThread");
    __tsan_release(this);
    next(this, thread);
}

void QCoreApplication::postEvent(QObject *receiver, QEvent *event, int priority)
{
    using Function = void (*)(QObject *, QEvent *, int);
    static const auto next =
        original<Function>("_ZN16QCoreApplication9postEventEP7QObjectP6QEventi");
    __tsan_release(receiver);
    next(receiver, event, priority);
}
