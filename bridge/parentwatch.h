#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <memory>

namespace flaredeck::bridge {

/// Tells when the process should end: it was told so by a signal, or its parent has ended.
class ParentWatch : public QObject
{
    Q_OBJECT

public:
    explicit ParentWatch(QObject *parent = nullptr);
    ~ParentWatch() override;

signals:
    void ended();

private:
    std::unique_ptr<QSocketNotifier> m_told;
};

} // namespace flaredeck::bridge
