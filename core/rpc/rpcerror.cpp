#include "core/rpc/rpcerror.h"

namespace flaredeck::rpc {

RpcError toRpcError(const Error &error)
{
    switch (error.kind) {
    case Error::Kind::InvalidInput:
    case Error::Kind::NotFound:
        return {kInvalidParams, error.text()};
    default:
        return {kInternalError, error.text()};
    }
}

} // namespace flaredeck::rpc
