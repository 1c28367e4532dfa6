#include "tools/arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <system_error>

#include "engine/base/closest.h"

namespace trm::cli {
namespace {

/// Reads an option's text into a number, or an optional one.
template <class Number>
std::function<void(const std::string&)> number_reader(const std::string& name, Number& out, std::uint64_t min,
                                                      std::uint64_t max) {
  return [&out, name, min, max](const std::string& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < min || value > max) {
      throw CLI::ValidationError(name, fmt::format("\"{}\" is not a whole number from {} to {}", text, min, max));
    }
    out = value;
  };
}

/// A finite number such as 2.5, without an exponent.
std::optional<double> decimal(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// The innermost command that the user named.
CLI::App* named_command(CLI::App* app) {
  for (;;) {
    const auto inner = app->get_subcommands();
    if (inner.empty()) return app;
    app = inner.front();
  }
}

std::string full_name(const CLI::App* app) {
  return app->get_parent() == nullptr ? app->get_name() : full_name(app->get_parent()) + " " + app->get_name();
}

std::vector<std::string> flags_of(const CLI::App* app) {
  std::vector<std::string> out;
  for (const CLI::Option* option : app->get_options()) {
    for (const std::string& name : option->get_lnames()) out.push_back("--" + name);
    for (const std::string& name : option->get_snames()) out.push_back("-" + name);
  }
  return out;
}

std::vector<std::string> commands_of(CLI::App* app) {
  std::vector<std::string> out;
  for (const CLI::App* command : app->get_subcommands([](CLI::App*) { return true; }))
    out.push_back(command->get_name());
  return out;
}

/// What the parser did not like, with the nearest thing that it would have liked.
Error usage_error(CLI::App& program, const CLI::ParseError& error) {
  CLI::App* const app = named_command(&program);
  const std::string name = full_name(app);
  const std::vector<std::string> extras = program.remaining(true);
  std::string message = error.what();
  std::string fix = fmt::format("see {} --help", name);
  if (!extras.empty()) {
    const std::string word = extras.front().substr(0, extras.front().find('='));
    const bool flag = word.starts_with('-');
    const std::vector<std::string> known = flag ? flags_of(app) : commands_of(app);
    message = flag            ? fmt::format("unknown flag {} of {}", word, name)
              : known.empty() ? fmt::format("unexpected argument {} of {}", word, name)
                              : fmt::format("unknown command {} of {}", word, name);
    if (const std::string near = closest(word, known); !near.empty()) fix = fmt::format("did you mean {}?", near);
  } else if (message == "A subcommand is required") {
    message = fmt::format("{} needs a command: {}", name, fmt::join(commands_of(app), ", "));
  }
  return {ErrorCode::usage, "", "", message, fix};
}

}  // namespace

Option Option::type(const std::string& name) {
  return Option(option_->type_name(name));
}

Option Option::default_shown() {
  return Option(option_->capture_default_str());
}

Option Option::required() {
  return Option(option_->required());
}

Option Option::one_of(const std::vector<std::string>& values) {
  return Option(option_->check(CLI::IsMember(values)));
}

Option Option::filled() {
  return Option(option_->check(
      CLI::Validator([](const std::string& word) { return word.empty() ? "is empty" : std::string(); }, "")));
}

Option Option::commas() {
  return Option(option_->delimiter(','));
}

Option Option::one_word() {
  return Option(option_->allow_extra_args(false));
}

Option Option::needs(Option other) {
  return Option(option_->needs(other.option_));
}

Option Option::excludes(Option other) {
  return Option(option_->excludes(other.option_));
}

Option Option::group(const std::string& heading) {
  return Option(option_->group(heading));
}

bool Option::given() const {
  return option_->count() > 0;
}

Arguments Arguments::command(const std::string& name, const std::string& help) {
  return Arguments(app_->add_subcommand(name, help));
}

void Arguments::require_command() {
  app_->require_subcommand(1);
}

void Arguments::footer(const std::string& text) {
  app_->footer(text);
}

Option Arguments::flag(const std::string& names, bool& out, const std::string& help) {
  return Option(app_->add_flag(names, out, help));
}

Option Arguments::option(const std::string& names, std::string& out, const std::string& help) {
  return Option(app_->add_option(names, out, help));
}

Option Arguments::list(const std::string& names, std::vector<std::string>& out, const std::string& help) {
  return Option(app_->add_option(names, out, help));
}

Option Arguments::option(const std::string& names, const std::function<void(const std::string&)>& take,
                         const std::string& help) {
  return Option(app_->add_option_function<std::string>(names, take, help));
}

Option Arguments::number(const std::string& name, std::uint64_t& out, std::uint64_t min, std::uint64_t max,
                         const std::string& help) {
  return Option(app_->add_option_function<std::string>(name, number_reader(name, out, min, max), help)
                    ->type_name("N")
                    ->default_str(std::to_string(out)));
}

Option Arguments::number(const std::string& name, std::optional<std::uint64_t>& out, std::uint64_t min,
                         std::uint64_t max, const std::string& help) {
  return option(name, number_reader(name, out, min, max), help).type("N");
}

Option Arguments::seconds(const std::string& name, std::int64_t& out_ns, const std::string& help) {
  const auto read = [&out_ns, name](const std::string& text) {
    const std::optional<double> seconds = decimal(text);
    if (!seconds || *seconds < 1e-9 || *seconds > 1e9) {
      throw CLI::ValidationError(name, fmt::format("\"{}\" is no number of seconds above 0, up to 1000000000", text));
    }
    out_ns = static_cast<std::int64_t>(*seconds * 1e9);
  };
  return option(name, read, help).type("S");
}

Option Arguments::percent(const std::string& name, std::optional<double>& out, const std::string& help) {
  const auto read = [&out, name](const std::string& text) {
    const std::optional<double> value = decimal(text);
    if (!value || !(*value > 0) || *value > 1000)
      throw CLI::ValidationError(name, fmt::format("\"{}\" is no number of per cent above 0, up to 1000", text));
    out = value;
  };
  return option(name, read, help).type("PERCENT");
}

Option Arguments::real(const std::string& name, std::optional<double>& out, double min, double max,
                       const std::string& help) {
  const auto read = [&out, name, min, max](const std::string& text) {
    const std::optional<double> value = decimal(text);
    if (!value || *value < min || *value > max)
      throw CLI::ValidationError(name, fmt::format("\"{}\" is no number from {} to {}", text, min, max));
    out = value;
  };
  return option(name, read, help).type("NUMBER");
}

Option Arguments::named(const std::string& name) {
  return Option(app_->get_option(name));
}

bool Arguments::given() const {
  return app_->parsed();
}

CommandLine::CommandLine(const std::string& program, const std::string& description)
    : app_(std::make_unique<CLI::App>(description, program)) {
  app_->set_help_flag("-h,--help", "Print this help and leave");
}

CommandLine::~CommandLine() = default;

Arguments CommandLine::program() {
  return Arguments(app_.get());
}

Result<std::optional<std::string>> CommandLine::parse(int argc, char** argv) {
  // Not in the constructor: commands would inherit it.
  app_->require_subcommand(0, 1);
  try {
    app_->parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const CLI::App* const app = named_command(app_.get());
    return std::optional(app->help(app == app_.get() ? "" : full_name(app->get_parent())));
  } catch (const CLI::ParseError& error) {
    return usage_error(*app_, error);
  }
  return std::optional<std::string>();
}

std::string CommandLine::help() const {
  return app_->help();
}

}  // namespace trm::cli
