// trm compare: did a change make a program slower, larger or less accurate?
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "bench/compare/baseline.h"
#include "bench/compare/history_folder.h"
#include "bench/compare/load.h"
#include "bench/compare/pairs.h"
#include "bench/compare/planted.h"
#include "bench/compare/programs.h"
#include "bench/compare/self_test.h"
#include "engine/sys/files.h"
#include "engine/sys/standard_input.h"
#include "reports/compare/history.h"
#include "reports/compare/judge.h"
#include "tools/commands.h"
#include "tools/compare_output.h"
#include "tools/output.h"
#include "tools/output_directory.h"
#include "tools/progress.h"
#include "tools/signals.h"

namespace trm::cli {
namespace {

namespace compare = reports::compare;
namespace fs = std::filesystem;

struct CompareOptions {
  std::string before, after;           ///< files, or with --run programs
  std::vector<std::string> arguments;  ///< of both programs
  bool run = false, instructions = false, across_machines = false, all = false, add = false, update = false,
       self_test = false;
  std::string format = "text", out, keep, same, history, commit, date, baseline;
  std::optional<std::uint64_t> planted;  ///< steps of the work of the self-test
  std::uint64_t pairs = bench::PairOptions{}.pairs, seed = 0;
  std::optional<std::uint64_t> same_pairs;
  std::int64_t budget_ns = 0, timeout_ns = 0;
  std::optional<double> threshold;  ///< in per cent
};

Error usage(const std::string& field, const std::string& message, const std::string& fix) {
  return {ErrorCode::usage, "", field, message, fix};
}

Result<compare::Rules> rules_of(const CompareOptions& options, const std::string& machine) {
  compare::Rules rules;
  if (options.threshold) rules.threshold = *options.threshold / 100;
  rules.seed = options.seed;
  rules.across_machines = options.across_machines;
  if (options.history.empty()) return rules;
  Result<std::vector<compare::HistoryEntry>> entries = bench::read_history(options.history);
  if (!entries.ok()) return entries.error();
  compare::ChangePointRules points;
  points.seed = options.seed;
  learn(compare::follow(*std::move(entries), options.history, machine, points), rules);
  // A threshold that the user gives is the least.
  if (options.threshold) {
    for (auto& [key, value] : rules.learned) value = std::max(value, rules.threshold);
  }
  return rules;
}

/// Keeps the raw results of every run in --keep.
Status keep_run(const std::string& folder, const std::string& name, const bench::RunOutcome& outcome) {
  const bool failed = !outcome.failure.empty();
  const std::string file = (fs::path(folder) / (name + (failed ? ".failed.txt" : ".json"))).string();
  return write_atomic(file, failed ? outcome.failure + "\n" + outcome.last_words + "\n" : outcome.raw);
}

Result<compare::Evidence> run_programs(const CompareOptions& options) {
  if (options.after.empty())
    return usage("--run", "needs two programs", "write trm compare --run OLD NEW -- ARGUMENTS");
  bench::ProgramOptions programs;
  programs.before = options.before;
  programs.after = options.after;
  programs.arguments = options.arguments;
  programs.timeout_ns = options.timeout_ns;
  programs.stop = &stop_on_signals();
  if (!options.keep.empty()) {
    std::error_code failed;
    fs::create_directories(options.keep, failed);
    if (failed) return Error{ErrorCode::io, options.keep, "--keep", failed.message(), "name a folder that you own"};
  }
  ProgressBar bar("pairs");
  bench::PairOptions pairs;
  pairs.pairs = options.pairs;
  if (options.same_pairs) pairs.same_pairs = *options.same_pairs;
  pairs.seed = options.seed;
  pairs.budget_ns = options.budget_ns;
  pairs.stop = programs.stop;
  pairs.progress = [&](const std::string& what, std::size_t done, std::size_t total) {
    if (bar.due(done, total)) bar.draw(what, done, total);
  };
  if (!options.keep.empty()) {
    pairs.keep = [&](const std::string& name, const bench::RunOutcome& outcome) {
      return keep_run(options.keep, name, outcome);
    };
  }
  Result<compare::Evidence> evidence = bench::measure_pairs(bench::program_sampler(programs), pairs);
  bar.clear();
  if (!evidence.ok()) return evidence.error();
  evidence->before.file = programs.before;
  evidence->after.file = programs.after;
  if (options.instructions && evidence->failures.empty() && !programs.stop->load())
    bench::add_instructions(programs, *evidence);
  return evidence;
}

Result<compare::Evidence> read_files(const CompareOptions& options) {
  if (options.after.empty()) {
    return usage("", options.before.empty() ? "two results are missing" : "the second result is missing",
                 "write trm compare OLD.json NEW.json, or trm compare --run OLD NEW -- ARGUMENTS");
  }
  if (!options.arguments.empty()) {
    return usage("", fmt::format("\"{}\" is one result too many", options.arguments.front()),
                 "give two results, or compare two programs with --run");
  }
  // criterion keeps the run before beside the newest one.
  const bool one_place = options.before == options.after;
  Result<compare::Measurements> before = bench::load_measurements(options.before, one_place ? "base" : "new");
  if (!before.ok()) return before.error();
  Result<compare::Measurements> after = bench::load_measurements(options.after);
  if (!after.ok()) return after.error();
  compare::Evidence out;
  if (!options.same.empty()) {
    Result<compare::Measurements> same = bench::load_measurements(options.same);
    if (!same.ok()) return same.error();
    out.same.emplace(*before, *std::move(same));
  }
  out.before = *std::move(before);
  out.after = *std::move(after);
  return out;
}

Status check(const CompareOptions& options) {
  const auto only_with_run = [&](bool given, const char* flag) -> Status {
    if (!given || options.run) return {};
    return usage(flag, "is an option of --run", "leave it out, or compare two programs with --run");
  };
  if (Status s = only_with_run(!options.keep.empty(), "--keep"); !s.ok()) return s;
  if (Status s = only_with_run(options.instructions, "--instructions"); !s.ok()) return s;
  if (Status s = only_with_run(options.budget_ns != 0, "--max-seconds"); !s.ok()) return s;
  if (Status s = only_with_run(options.timeout_ns != 0, "--timeout"); !s.ok()) return s;
  if (Status s = only_with_run(options.same_pairs.has_value(), "--aa-pairs"); !s.ok()) return s;
  const auto only_with_history = [&](bool given, const char* flag) -> Status {
    if (!given || !options.history.empty()) return {};
    return usage(flag, "is an option of --history", "give --history DIR, too");
  };
  if (Status s = only_with_history(options.add, "--add"); !s.ok()) return s;
  if (Status s = only_with_history(!options.commit.empty(), "--commit"); !s.ok()) return s;
  if (Status s = only_with_history(!options.date.empty(), "--date"); !s.ok()) return s;
  if (options.add && !options.after.empty())
    return usage("--add", "takes the results of one commit", "write trm compare RESULTS --history DIR --add");
  if (options.update && options.baseline.empty())
    return usage("--update", "is an option of --baseline", "give --baseline FILE, too");
  if (!options.out.empty()) {
    Status s =
        is_output_file(options.out) ? check_output_file(options.out, "-o") : check_output_folder(options.out, "-o");
    if (!s.ok()) return s;
  }
  if (options.run && !options.same.empty())
    return usage("--aa", "is no option of --run", "leave it out: --run measures the noise floor itself");
  return {};
}

/// Prints and writes a comparison. Exit status.
int show(const compare::Comparison& comparison, const CompareOptions& options) {
  const Result<std::string> text = comparison_text(comparison, options.format, options.all);
  if (!text.ok()) return report(text.error());
  print(*text);
  if (!options.out.empty()) {
    if (Status s = write_comparison(comparison, options.out); !s.ok()) return report(s.error());
    note("written: " + options.out);
  }
  return compare_status(comparison.verdict);
}

int compare_two(const CompareOptions& options) {
  const Result<compare::Evidence> evidence = options.run ? run_programs(options) : read_files(options);
  if (!evidence.ok()) return report(evidence.error());
  const Result<compare::Rules> rules = rules_of(options, evidence->after.machine);
  if (!rules.ok()) return report(rules.error());
  const Result<compare::Comparison> comparison = compare::judge(*evidence, *rules);
  if (!comparison.ok()) return report(comparison.error());
  return show(*comparison, options);
}

int show_history(const CompareOptions& options) {
  compare::ChangePointRules points;
  points.seed = options.seed;
  std::optional<compare::Measurements> now;
  if (!options.before.empty()) {
    Result<compare::Measurements> read = bench::load_measurements(options.before);
    if (!read.ok()) return report(read.error());
    now = *std::move(read);
  }
  if (options.add) {
    if (!now)
      return report(usage("--add", "needs the results of a commit", "write trm compare RESULTS --history DIR --add"));
    const Result<compare::HistoryEntry> entry = compare::history_entry(*now, options.commit, options.date);
    if (!entry.ok()) return report(entry.error());
    const Result<std::string> path = bench::add_to_history(options.history, *entry);
    if (!path.ok()) return report(path.error());
    note("written: " + *path);
    return kPass;
  }
  Result<std::vector<compare::HistoryEntry>> entries = bench::read_history(options.history);
  if (!entries.ok()) return report(entries.error());
  const compare::History history =
      compare::follow(*std::move(entries), options.history, now ? now->machine : "", points);
  if (now) {
    CompareOptions without = options;
    without.history.clear();
    const Result<compare::Rules> rules = rules_of(without, "");
    return show(compare::judge_by_history(history, *now, *rules), options);
  }
  print(options.format == "json" ? compare::history_json(history) : compare::history_report(history));
  if (!options.out.empty()) {
    if (Status s = write_history(history, options.out); !s.ok()) return report(s.error());
    note("written: " + options.out);
  }
  return kPass;
}

int compare_baseline(const CompareOptions& options) {
  if (options.before.empty() || !options.after.empty())
    return report(usage("--baseline", "needs one program", "write trm compare --baseline FILE PROGRAM"));
  const Result<std::string> text = read_input(options.baseline);
  if (!text.ok()) return report(text.error());
  const Result<bench::Baseline> then = bench::read_baseline(*text, options.baseline);
  if (!then.ok()) return report(then.error());
  const Result<std::vector<reports::EnvironmentEntry>> built = bench::build_of(options.before);
  if (!built.ok()) return report(built.error());
  const std::string differs = bench::difference(then->built, *built);
  if (!options.update && !differs.empty()) {
    print("Inconclusive: instructions cannot be compared: " + differs +
          ". trm compare --baseline FILE PROGRAM --update counts anew.\n");
    return kInconclusive;
  }
  ProgressBar bar("commands");
  const Result<bench::Baseline> now =
      bench::count_baseline(*then, options.before, [&](const std::string& what, std::size_t done, std::size_t total) {
        if (bar.due(done, total)) bar.draw(what, done, total);
      });
  bar.clear();
  if (!now.ok() && now.error().code == ErrorCode::unsupported) {
    print("Inconclusive: instructions cannot be counted: " + now.error().text() + "\n");
    return kInconclusive;
  }
  if (!now.ok()) return report(now.error());
  if (options.update) {
    if (Status s = write_atomic(options.baseline, bench::baseline_text(*now)); !s.ok()) return report(s.error());
    note("written: " + options.baseline);
    return kPass;
  }
  compare::Evidence evidence;
  evidence.before = as_measurements(*then, options.baseline);
  evidence.after = as_measurements(*now, options.before);
  const Result<compare::Rules> rules = rules_of(options, "");
  if (!rules.ok()) return report(rules.error());
  const Result<compare::Comparison> comparison = compare::judge(evidence, *rules);
  if (!comparison.ok()) return report(comparison.error());
  return show(*comparison, options);
}

int self_test(const CompareOptions& options) {
  bench::SelfTestOptions test;
  test.work = {"/proc/self/exe", "compare", "--self-test-work"};
  test.pairs = options.pairs;
  test.seed = options.seed;
  ProgressBar bar("comparisons");
  test.progress = [&](const std::string& what, std::size_t done, std::size_t total) {
    if (bar.due(done, total)) bar.draw(what, done, total);
  };
  // At once: whoever stops the test half way keeps what was tested.
  test.told = [&](const bench::SelfTestClaim& claim) {
    bar.clear();
    print(bench::self_test_text(claim), Flush::now);
  };
  const Result<std::vector<bench::SelfTestClaim>> claims = bench::run_self_test(test);
  bar.clear();
  if (!claims.ok()) return report(claims.error());
  const auto all = [&](bool bench::SelfTestClaim::*field) {
    return std::all_of(claims->begin(), claims->end(), [&](const auto& claim) { return claim.*field; });
  };
  if (all(&bench::SelfTestClaim::holds)) return kPass;
  return all(&bench::SelfTestClaim::quiet) ? kInconclusive : kFailed;
}

int run(const CompareOptions& options) {
  if (options.planted) {
    print(bench::planted_results(*options.planted));
    return kPass;
  }
  if (Status s = check(options); !s.ok()) return report(s.error());
  if (options.self_test) return self_test(options);
  if (!options.baseline.empty()) return compare_baseline(options);
  if (!options.history.empty() && options.after.empty()) return show_history(options);
  const int status = compare_two(options);
  // Of a run that a signal ended, what was measured is shown and kept; then the program ends as the signal says.
  if (options.run) {
    static_cast<void>(flush_output().ok());
    end_as_stopped();
  }
  return status;
}

}  // namespace

Command add_compare(Arguments& program) {
  auto options = std::make_shared<CompareOptions>();
  Arguments args = program.command("compare", "Say whether a change made something slower, larger or less accurate");
  args.option("OLD", options->before,
              "Results: results.json, profile.json, JSON of Google Benchmark, hyperfine or llama-bench, a folder of "
              "criterion. With --run a program");
  args.option("NEW", options->after, "The same of the newer one");
  // A list of its own: the parser would take the marker -- for the end of this command otherwise.
  args.list("ARGUMENTS", options->arguments, "Of both programs, after --. {out} stands for a fresh folder of each run");
  args.flag("--run", options->run, "Run two programs in pairs, interleaved in random order");
  args.number("--pairs", options->pairs, 1, 100'000, "Pairs of runs of both programs");
  args.number(
      "--aa-pairs", options->same_pairs, 0, 100'000,
      "Pairs of the old program with itself, which tell the noise floor (default: as many as --pairs, at least 8)");
  args.number("--seed", options->seed, 0, std::numeric_limits<std::uint64_t>::max(),
              "Seed of the order and of the bootstrap");
  args.seconds("--max-seconds", options->budget_ns, "Start no pair that would end after S seconds");
  args.seconds("--timeout", options->timeout_ns,
               "Give up a run after S seconds (default: ten times the first one, at least 60)");
  args.option("--keep", options->keep, "Keep the raw results of every run there").type("DIR").filled();
  args.flag("--instructions", options->instructions, "Count instructions too (valgrind, TRM_ISA=avx2)");
  args.percent("--threshold", options->threshold, "A change beyond this counts (default: 5)");
  args.option("--aa", options->same, "A second run of the old program: tells the noise floor of two files")
      .type("FILE")
      .filled();
  args.flag("--across-machines", options->across_machines, "Compare results of two CPUs");
  args.option(
          "--history", options->history,
          "A folder with a file for each commit, kept in git. Alone: its change points. With one result: judges it. "
          "With two: their thresholds are learned from it")
      .type("DIR")
      .filled();
  args.flag("--add", options->add, "Put the result into --history");
  args.option("--commit", options->commit, "Of the result, where it does not say so").type("ID");
  args.option("--date", options->date, "Of the commit, ISO 8601 in UTC (default: that of the result)").type("DATE");
  args.option("--baseline", options->baseline,
              "Count the instructions of the commands in FILE with the program OLD, and compare (valgrind)")
      .type("FILE")
      .filled();
  args.flag("--update", options->update, "Write the new counts into --baseline");
  args.flag("--self-test", options->self_test,
            "Prove here and now that planted slowdowns are found and equal programs pass (minutes)");
  args.number("--self-test-work", options->planted, 1, 1'000'000'000, "The work of the self-test").group("");
  args.option("--format", options->format, "How to print: text, json, markdown, csv, google-benchmark, bmf (Bencher)")
      .one_of({std::begin(kCompareFormats), std::end(kCompareFormats)})
      .type("NAME")
      .default_shown();
  args.flag("--all", options->all, "Text shows what stayed as it was, too");
  args.option("-o,--out", options->out,
              "Write compare.html, .json and .md into a folder, or one file by its ending (.html, .json, .md, .csv)")
      .type("PATH")
      .filled();
  args.footer("Exit status: 0 pass, 1 regressed, 3 inconclusive; 2 usage, 4 bad input.");
  return {args, [options] { return run(*options); }};
}

}  // namespace trm::cli
