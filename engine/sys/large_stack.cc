#include "engine/sys/large_stack.h"

#include <pthread.h>

#include <string>

namespace trm {
namespace {

void* call(void* work) {
  (*static_cast<const std::function<void()>*>(work))();
  return nullptr;
}

}  // namespace

Status on_large_stack(std::size_t bytes, const std::function<void()>& work) {
  const auto refused = [&] {
    return Error{ErrorCode::io, "", "",
                 "the system gives no thread with a stack of " + std::to_string(bytes) + " bytes",
                 "free some memory, or raise the limit (ulimit -v)"};
  };
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return refused();
  pthread_t thread = {};
  const bool started = pthread_attr_setstacksize(&attributes, bytes) == 0 &&
                       pthread_create(&thread, &attributes, call, const_cast<std::function<void()>*>(&work)) == 0;
  pthread_attr_destroy(&attributes);
  if (!started) return refused();
  pthread_join(thread, nullptr);
  return {};
}

}  // namespace trm
