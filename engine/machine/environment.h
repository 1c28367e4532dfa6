// The environment of a frame: the streams that it knows as V0, V1, ... Frames share it, because most of them have that
// of their caller.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include "engine/machine/control_tokens.h"
#include "engine/machine/pool.h"
#include "engine/machine/token_stream.h"

namespace trm {

struct Environment {
  std::array<StreamRef, kEnvironment> streams;
  std::size_t size = 0;
  std::size_t references = 0;
  Pool<Environment>* home = nullptr;

  void add(const StreamRef& stream) { streams[size++] = stream; }
};

/// A counted reference. The last one gives the environment back to its pool.
class EnvironmentRef {
 public:
  EnvironmentRef() = default;
  EnvironmentRef(const EnvironmentRef& other) : EnvironmentRef(other.environment_) {}
  EnvironmentRef(EnvironmentRef&& other) noexcept : environment_(std::exchange(other.environment_, nullptr)) {}
  EnvironmentRef& operator=(EnvironmentRef other) noexcept {
    std::swap(environment_, other.environment_);
    return *this;
  }
  ~EnvironmentRef() {
    if (environment_ == nullptr || --environment_->references > 0) return;
    for (std::size_t i = 0; i < environment_->size; ++i) environment_->streams[i].reset();
    environment_->size = 0;
    environment_->home->give(environment_);
  }

  /// An empty environment.
  static EnvironmentRef make(Pool<Environment>& pool) {
    Environment* environment = pool.take();
    environment->home = &pool;
    return EnvironmentRef(environment);
  }

  explicit operator bool() const { return environment_ != nullptr; }
  Environment* operator->() const { return environment_; }
  void reset() { *this = EnvironmentRef(); }

 private:
  explicit EnvironmentRef(Environment* environment) : environment_(environment) {
    if (environment_ != nullptr) ++environment_->references;
  }

  Environment* environment_ = nullptr;
};

}  // namespace trm
