// The command line: commands, their options, and what is wrong with what was typed. CLI11 does the work, and because it
// takes long to compile, only arguments.cc includes it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/status.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace trm::cli {

/// An option, flag or positional. Copies mean the same one. Each rule returns it, so that a call reads like a row.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}

  /// What the help shows where a value belongs, such as FILE.
  Option type(const std::string& name);
  /// The help shows the present value of the variable as the default.
  Option default_shown();
  Option required();
  Option one_of(const std::vector<std::string>& values);
  /// An empty word, as an unset variable of a shell gives it, is refused and not taken for an option that is not there.
  Option filled();
  /// Of a list: one word holds several values, with commas between them.
  Option commas();
  /// Of a list: takes one word each time that it is given, not all that follow.
  Option one_word();
  Option needs(Option other);
  /// Either this or the other.
  Option excludes(Option other);
  /// The heading in the help.
  Option group(const std::string& heading);

  /// After CommandLine::parse().
  bool given() const;

 private:
  CLI::Option* option_;
};

/// What one command understands. Copies mean the same command, which lives as long as its CommandLine.
class Arguments {
 public:
  explicit Arguments(CLI::App* app) : app_(app) {}

  /// A command of this command. It inherits the footer that this one has now.
  Arguments command(const std::string& name, const std::string& help);
  /// One of its commands must follow.
  void require_command();
  /// Text at the end of the help.
  void footer(const std::string& text);

  // `names` are "--long" or "-s,--long", and for a positional a bare NAME. The variable must outlive parse().

  Option flag(const std::string& names, bool& out, const std::string& help);
  Option option(const std::string& names, std::string& out, const std::string& help);
  /// One or more words.
  Option list(const std::string& names, std::vector<std::string>& out, const std::string& help);
  /// Hands the word to `take`, once the rules allow it.
  Option option(const std::string& names, const std::function<void(const std::string&)>& take, const std::string& help);

  /// Decimal digits, min <= N <= max. The value that `out` has now is the default and shown in the help.
  Option number(const std::string& name, std::uint64_t& out, std::uint64_t min, std::uint64_t max,
                const std::string& help);
  /// The same where what is not given is left to somebody else: `out` stays empty, and the help should tell.
  Option number(const std::string& name, std::optional<std::uint64_t>& out, std::uint64_t min, std::uint64_t max,
                const std::string& help);
  /// Seconds with up to nine decimals, above 0 and at most 10^9, into nanoseconds.
  Option seconds(const std::string& name, std::int64_t& out_ns, const std::string& help);

  /// Per cent with decimals, above 0 and at most 1000.
  Option percent(const std::string& name, std::optional<double>& out, const std::string& help);

  /// Any finite decimal number, with a sign where it has one.
  Option real(const std::string& name, std::optional<double>& out, double min, double max, const std::string& help);

  /// One that was added before, by one of its names.
  Option named(const std::string& name);

  /// Whether the user named this command. After CommandLine::parse().
  bool given() const;

 private:
  CLI::App* app_;
};

/// The whole command line of a program.
class CommandLine {
 public:
  CommandLine(const std::string& program, const std::string& description);
  ~CommandLine();

  /// What the program understands outside its commands.
  Arguments program();

  /// Reads the words into the variables. Returns the help of the innermost command, if the user asks for it. Error
  /// (usage): what cannot be meant, with the nearest thing that could.
  Result<std::optional<std::string>> parse(int argc, char** argv);

  /// The help of the program.
  std::string help() const;

 private:
  std::unique_ptr<CLI::App> app_;
};

}  // namespace trm::cli
