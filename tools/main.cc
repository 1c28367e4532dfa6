// The program: reads the command line, hands over to a command, turns what comes back into an exit status.
#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <exception>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>

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

int run(int argc, char** argv) {
  CommandLine line("trm", "Trains, runs and measures tiny recursive models on CPUs.");
  Arguments program = line.program();
  bool version = false;
  program.flag("--version", version, "Print version, build and instruction sets, and leave");
  const Command commands[] = {
      add_run(program),   add_train(program),  add_tasks(program),   add_info(program),    add_convert(program),
      add_bench(program), add_verify(program), add_profile(program), add_compare(program),
  };
  // After the commands, which would inherit it.
  program.footer(
      "Results go to standard output, everything else to standard error.\n"
      "Exit status: 0 pass, 1 failed, 2 usage, 3 inconclusive (compare), 4 bad input or too little memory,\n"
      "141 nobody reads the output.\n"
      "Environment: TRM_ISA caps the instruction set, TRM_MODELS, TRM_RECIPES and TRM_PROLOG name folders with "
      "models,\n"
      "recipes and Prolog programs, TRM_PIN=auto|on|off pins threads, NO_COLOR switches colour off.");
  const Result<std::optional<std::string>> help = line.parse(argc, argv);
  if (!help.ok()) return report(help.error());
  if (help->has_value()) {
    print(**help);
    return kPass;
  }
  if (version) return print_version();
  for (const Command& command : commands) {
    if (command.arguments.given()) return command.run();
  }
  print_error(line.help());
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
