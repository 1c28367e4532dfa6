// trm profile: what this CPU can do, what models take on it and why, and what they would take on another one.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bench/profile/page.h"
#include "bench/profile/session.h"
#include "bench/profile/text.h"
#include "bench/profile/what_if.h"
#include "engine/sys/files.h"
#include "engine/sys/standard_input.h"
#include "tools/bench_reports.h"
#include "tools/commands.h"
#include "tools/machine_options.h"
#include "tools/output_directory.h"
#include "tools/progress.h"

namespace trm::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kJson = "profile.json";
constexpr const char* kPage = "profile.html";

struct ProfileOptions {
  std::vector<std::string> models;
  std::optional<simd::WeightType> dtype;
  std::string out, trace, what_if, machine, one_case, from;
  bool quick = false, kernels = false;
};

std::vector<std::string> default_models(bool quick) {
  if (quick) return {"W3", "decode-1"};
  return {"W1", "W3", "W4", "W5", "trm-frames", "sudoku-6x6"};
}

/// A workload of the speed suite, or a model by name or path.
Result<bench::ProfiledModel> find_profiled(const std::string& name) {
  for (const bench::SpeedWorkload& workload : bench::speed_workloads()) {
    if (workload.name != name) continue;
    std::string causal;
    if (workload.kind == bench::SpeedKind::decoding) {
      Result<std::string> file = find_model("trm-frames");
      if (!file.ok()) return file.error();
      causal = *std::move(file);
    }
    return bench::profiled_workload(workload, causal);
  }
  const Result<std::string> file = find_model(name);
  if (!file.ok()) {
    Error error = file.error();
    std::vector<std::string> known;
    for (const bench::SpeedWorkload& workload : bench::speed_workloads()) known.push_back(workload.name);
    if (const std::string near = closest(name, known); !near.empty()) error.fix = fmt::format("did you mean {}?", near);
    return error;
  }
  return bench::profiled_file(fs::path(*file).stem().string(), *file);
}

Result<bench::Profile> read_profile_file(const std::string& path) {
  const Result<std::string> text = read_input(path);
  if (!text.ok()) return text.error();
  return bench::read_profile(*text, input_name(path));
}

Result<bench::SessionResult> measure(const ProfileOptions& options) {
  bench::SessionOptions session;
  session.quick = options.quick;
  session.trace = !options.trace.empty();
  std::set<std::string> seen;
  for (const std::string& name : options.models.empty() ? default_models(options.quick) : options.models) {
    if (!seen.insert(name).second) {
      return Error{ErrorCode::usage, "", "--model", fmt::format("names {} twice", name), "name each model once"};
    }
    Result<bench::ProfiledModel> model = find_profiled(name);
    if (!model.ok()) return model.error();
    session.models.push_back(*std::move(model));
  }
  if (options.dtype && *options.dtype != simd::WeightType::automatic) session.types = {*options.dtype};
  const Result<simd::Selection> kernels = select_kernels(simd::WeightType::fp32);
  if (!kernels.ok()) return kernels.error();
  session.kernels = *kernels;
  const char* cap = std::getenv("TRM_ISA");
  session.isa_cap = cap == nullptr ? "" : cap;
  ProgressBar bar("");
  std::size_t steps = 0;
  Result<bench::SessionResult> result = bench::run_session(session, [&](const std::string& what) {
    ++steps;
    if (bar.due(steps, 0)) bar.draw(what, steps, 0);
  });
  bar.clear();
  return result;
}

/// The profile that is asked about: measured now, or from a file.
Result<bench::SessionResult> get_profile(const ProfileOptions& options) {
  if (options.from.empty()) return measure(options);
  Result<bench::Profile> read = read_profile_file(options.from);
  if (!read.ok()) return read.error();
  return bench::SessionResult{*std::move(read), {}};
}

/// What the models would take elsewhere. Empty: nobody asks.
Result<std::string> elsewhere(const ProfileOptions& options, const bench::Profile& here,
                              const std::optional<bench::Profile>& there) {
  if (options.what_if.empty() && !there) return std::string();
  if (options.what_if.empty())
    return bench::validation_text(here, *there, options.from.empty() ? "this machine" : options.from, options.machine);
  const Result<bench::WhatIf> changed = bench::apply_what_if(options.what_if, there ? there->limits : here.limits, 1);
  if (!changed.ok()) return changed.error();
  std::string what = options.machine;
  if (!options.what_if.empty()) what += (what.empty() ? "" : " with ") + options.what_if;
  return bench::what_if_text(here, changed->limits, changed->threads, what);
}

Status write_files(const ProfileOptions& options, const bench::SessionResult& result) {
  if (!options.out.empty()) {
    const Result<std::string> json = bench::profile_json(result.profile);
    if (!json.ok()) return json.error();
    const std::string html = reports::to_html(bench::profile_page(result.profile));
    for (const auto& [name, text] : {std::pair{kJson, &*json}, std::pair{kPage, &html}}) {
      if (Status s = write_atomic((fs::path(options.out) / name).string(), *text); !s.ok()) return s;
    }
  }
  return options.trace.empty() ? Status() : write_atomic(options.trace, bench::chrome_trace(result.regions));
}

int run_one_case(const std::string& text) {
  const Result<simd::Selection> kernels = select_kernels(simd::WeightType::fp32);
  if (!kernels.ok()) return report(kernels.error());
  const Result<bench::KernelCase> parsed = bench::parse_case(text, simd::isa_name(kernels->isa));
  if (!parsed.ok()) {
    // The text is input as a prompt is, and comes from records.
    Error error = parsed.error();
    error.code = ErrorCode::bad_input;
    return report(error);
  }
  const Result<std::string> out = bench::run_case(*parsed);
  if (!out.ok()) return report(out.error());
  print(*out);
  return kPass;
}

int run(const ProfileOptions& options) {
  if (!options.one_case.empty()) return run_one_case(options.one_case);
  // What can be wrong with the input is told before a minute is spent.
  std::optional<bench::Profile> there;
  if (!options.machine.empty()) {
    Result<bench::Profile> read = read_profile_file(options.machine);
    if (!read.ok()) return report(read.error());
    there = *std::move(read);
  }
  if (!options.what_if.empty()) {
    if (const Status s = bench::check_what_if(options.what_if); !s.ok()) {
      Error error = s.error();
      error.code = ErrorCode::bad_input;
      return report(error);
    }
  }
  if (!options.trace.empty()) {
    if (const Status s = check_output_file(options.trace, "--trace"); !s.ok()) return report(s.error());
  }
  std::optional<OutputLock> folder;  // held until the files are written
  if (!options.out.empty()) {
    Result<OutputLock> lock = prepare_folder(options.out, {kJson, kPage});
    if (!lock.ok()) return report(lock.error());
    folder.emplace(*std::move(lock));
  }
  const Result<bench::SessionResult> result = get_profile(options);
  if (!result.ok()) return report(result.error());
  const Result<std::string> other = elsewhere(options, result->profile, there);
  if (!other.ok()) {
    Error error = other.error();
    error.code = ErrorCode::bad_input;
    return report(error);
  }
  if (const Status written = write_files(options, *result); !written.ok()) return report(written.error());
  if (other->empty() || options.from.empty()) print(bench::profile_text(result->profile, options.kernels));
  print(*other);
  if (!options.out.empty()) print(fmt::format("\nprofile: {}\n", options.out));
  if (options.from.empty()) note(fmt::format("measured in {:.0f} s", result->profile.elapsed_s));
  return kPass;
}

}  // namespace

Command add_profile(Arguments& program) {
  auto options = std::make_shared<ProfileOptions>();
  Arguments args = program.command(
      "profile", "Measure what this CPU can do, what models take on it and why, and predict them on another one");
  std::vector<Option> measured = {
      args.flag("--quick", options->quick, "About 15 seconds: fewer samples, small working sets, W3 and decode-1"),
      args.list("--model", options->models,
                "Workloads of trm bench --suite speed, names of models in bench/models, or paths, separated by commas "
                "(default: " +
                    fmt::format("{}", fmt::join(default_models(false), ",")) + ")")
          .type("NAMES")
          .commas(),
      add_dtype(args, options->dtype),
      args.option("--trace", options->trace,
                  "Write a Chrome trace of the kernels of a pass (open it in ui.perfetto.dev)")
          .type("FILE")
          .filled(),
  };
  std::vector<Option> all = measured;
  all.push_back(
      args.option("-o,--out", options->out, "Directory for profile.json and profile.html").type("DIR").filled());
  all.push_back(args.flag("--kernels", options->kernels, "Show the kernels of every model and type"));
  std::string fields;
  for (const bench::WhatIfField& field : bench::what_if_fields()) {
    fields += fmt::format("\n  {:<13} {}", field.name, field.meaning);
  }
  all.push_back(args.option("--what-if", options->what_if,
                            "Predict for a machine that differs: l2=2MiB,peak.bf16=2x,dram=0.5x,cores=8")
                    .type("CHANGES")
                    .filled());
  all.push_back(args.option("--machine", options->machine,
                            "Predict for the machine of another profile.json, and back, with the error")
                    .type("FILE")
                    .filled());
  Option from = args.option("--from", options->from, "Measure nothing: read a profile.json (- is standard input)")
                    .type("FILE")
                    .filled();
  for (Option option : measured) option.excludes(from);
  all.push_back(from);
  Option one = args.option("--case", options->one_case,
                           "Run one kernel alone, as records name it: 'matmul m=97 n=1536 k=512 bf16 avx512'")
                   .type("CASE")
                   .filled();
  for (Option option : all) option.excludes(one);
  args.footer("Fields of --what-if:" + fields +
              "\nA value is a factor (2x) or has a unit (2MiB, 100GB/s, 300ns, 3.5GHz); cores is a number.");
  return {args, [options] { return run(*options); }};
}

}  // namespace trm::cli
