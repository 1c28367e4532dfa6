// The program: reads the command line, hands over to a command, turns what comes back into an exit status.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "tools/commands.h"
#include "tools/operator_new.h"
#include "tools/signals.h"

namespace trm::cli {
namespace {

std::string version_text() {
  std::string isas;
  for (const simd::Isa isa : simd::built_isas()) {
    const std::string reason = simd::missing_reason(isa);
    isas += fmt::format("  {:<8} {}\n", simd::isa_name(isa), reason.empty() ? "available" : "not here: " + reason);
  }
  return fmt::format("trm {}\nbuild type: {}\ncompiler: {}\ncpu: {}\ninstruction sets built in:\n{}", TRM_VERSION,
                     TRM_BUILD_TYPE, TRM_COMPILER, simd::cpu_description(), isas);
}

int print_version() {
  print(version_text());
  const Result<simd::Selection> selection = select_kernels(simd::WeightType::fp32);
  if (!selection.ok()) return report(selection.error());
  print(fmt::format("in use: {}\n", simd::isa_name(selection->isa)));
  return kPass;
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
int report_usage(CLI::App& program, const CLI::ParseError& error) {
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
  } else if (app != nullptr && message == "A subcommand is required") {
    message = fmt::format("{} needs a command: {}", name, fmt::join(commands_of(app), ", "));
  }
  return report(Error{ErrorCode::usage, "", "", message, fix});
}

int run(int argc, char** argv) {
  CLI::App program("Trains, runs and measures tiny recursive models on CPUs.", "trm");
  program.set_help_flag("-h,--help", "Print this help and leave");
  bool version = false;
  program.add_flag("--version", version, "Print version, build and instruction sets, and leave");
  const Command commands[] = {
      add_run(program),     add_train(program), add_tasks(program),  add_info(program),
      add_convert(program), add_bench(program), add_verify(program),
  };
  program.require_subcommand(0, 1);
  // After the commands, which would inherit it.
  program.footer(
      "Results go to standard output, everything else to standard error.\n"
      "Exit status: 0 pass, 1 failed, 2 usage, 4 bad input or too little memory, 141 nobody reads the\n"
      "output.\n"
      "Environment: TRM_ISA caps the instruction set, TRM_MODELS, TRM_RECIPES and TRM_PROLOG name folders with "
      "models,\n"
      "recipes and Prolog programs, TRM_PIN=auto|on|off pins threads, NO_COLOR switches colour off.");
  try {
    program.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const CLI::App* const app = named_command(&program);
    print(app->help(app == &program ? "" : full_name(app->get_parent())));
    return kPass;
  } catch (const CLI::ParseError& error) {
    return report_usage(program, error);
  }
  if (version) return print_version();
  for (const Command& command : commands) {
    if (command.app->parsed()) return command.run();
  }
  print_error(program.help());
  return kUsage;
}

/// The exit status of `work`; what it throws becomes a message.
template <class Work>
int attempt(const Work& work) {
  try {
    return work();
  } catch (const OutputFailed&) {
    return kPass;  // end_output() knows more
  } catch (const std::bad_alloc& error) {
    return report(Error{ErrorCode::unsupported, "", "", error.what(),
                        "use a smaller model, batch or file, or raise the limit (ulimit -v, memory of the cgroup)"});
  } catch (const std::length_error& error) {
    return report(Error{ErrorCode::unsupported, "", "", std::string("out of memory: a size overflows: ") + error.what(),
                        "use a smaller model, batch or file"});
  } catch (const std::exception& error) {
    return report(Error{ErrorCode::unsupported, "", "", error.what(), ""});
  }
}

/// The exit status of standard output. Whoever closed a pipe knows that; anything else is told.
int end_output() {
  const Status flushed = flush_output();
  if (flushed.ok()) return kPass;
  return output_error() == EPIPE ? kReaderGone : report(flushed.error());
}

}  // namespace
}  // namespace trm::cli

int main(int argc, char** argv) {
  using namespace trm::cli;
  begin_throwing();
  keep_streams();
  // A closed pipe or a file size limit is an error of a write, not a reason to die.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  clean_up_on_signals();
  // What hwloc cannot read is told in the topology's source.
  setenv("HWLOC_HIDE_ERRORS", "2", /*overwrite=*/0);
  const int status = attempt([&] { return run(argc, argv); });
  const int output = end_output();
  return output == kPass ? status : output;
}
