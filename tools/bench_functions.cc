#include "tools/bench_functions.h"

#include <fmt/format.h>

#include <utility>

#include "bench/frames/functions.h"
#include "bench/harness/environment.h"
#include "reports/json.h"
#include "tools/bench_contestants.h"
#include "tools/commands.h"
#include "tools/progress.h"

namespace trm::cli {

int bench_functions(const FunctionSuiteRequest& request) {
  const Result<simd::Selection> kernels = select_kernels(request.dtype);
  if (!kernels.ok()) return report(kernels.error());
  bench::FunctionOptions options;
  options.functions = request.functions;
  options.threads = request.threads;
  Result<PinDecision> pinning = decide_pinning(request.pin, request.threads);
  if (!pinning.ok()) return report(pinning.error());
  options.pin = pinning->pinning;
  if (request.per_cell) options.per_cell = *request.per_cell;
  reports::RunResults results;
  results.title = "Functions, case by case";
  results.environment = bench::capture_environment(
      {std::string(simd::isa_name(kernels->isa)), "", std::move(pinning->reason), kernels->table->weights});
  bool all_right = true;
  const std::vector<std::string> names =
      request.models.empty() ? std::vector<std::string>{"trm-frames"} : request.models;
  for (const std::string& name : names) {
    const Result<bench::Contestant> model = find_contestant(name);
    if (!model.ok()) return report(model.error());
    if (!model->is_model()) {
      return report({ErrorCode::usage, "", "--model", name + " is no model", "name a model of frames, as trm-frames"});
    }
    ProgressBar bar("functions");
    const Result<std::vector<bench::FunctionOutcome>> outcomes =
        bench::sweep_functions(*model, *kernels->table, options, [&](std::size_t done, std::size_t total) {
          if (bar.due(done, total)) bar.draw(name, done, total);
        });
    bar.clear();
    if (!outcomes.ok()) return report(outcomes.error());
    for (const bench::FunctionOutcome& outcome : *outcomes) all_right = all_right && outcome.wrong == 0;
    if (request.format.empty()) print((names.size() > 1 ? name + "\n" : "") + bench::to_text(*outcomes));
    const std::vector<reports::Record> records = bench::to_records(model->name, *outcomes);
    results.records.insert(results.records.end(), records.begin(), records.end());
    reports::ModelInfo& info = results.models.emplace_back();
    info.name = model->name;
    info.file = model->path;
  }
  if (!request.format.empty()) {
    const Result<std::string> json = reports::to_json(results);
    if (!json.ok()) return report(json.error());
    print(*json);
  }
  return all_right ? kPass : kFailed;
}

}  // namespace trm::cli
