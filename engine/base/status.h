// Errors are values: library code never prints, throws across its border or aborts.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace trm {

/// What kind of failure, which decides the exit status of the command-line program.
enum class ErrorCode {
  usage,        ///< wrong flag or argument: exit status 2
  bad_input,    ///< a file, configuration or prompt is wrong: exit status 4
  io,           ///< the system refused to read or write: exit status 4
  unsupported,  ///< this build or machine cannot do it: exit status 4
  diverged,     ///< training met a loss that is not finite: exit status 1
};

/// Text reads "FILE: FIELD: what is wrong; fix: what to do". Empty parts are left out.
struct Error {
  ErrorCode code = ErrorCode::bad_input;
  std::string file;
  std::string field;
  std::string message;
  std::string fix;

  [[nodiscard]] std::string text() const {
    std::string out;
    if (!file.empty()) out += file + ": ";
    if (!field.empty()) out += field + ": ";
    out += message;
    if (!fix.empty()) out += "; fix: " + fix;
    return out;
  }
};

/// A value or an Error.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  Error& error() { return std::get<1>(state_); }
  [[nodiscard]] const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

/// Success or an Error.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  Error& error() { return *error_; }
  [[nodiscard]] const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

}  // namespace trm
