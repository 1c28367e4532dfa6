// trm verify DIR: a recorded case of a published model, run here and compared tensor by tensor.
#include <fmt/format.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/verify/verify.h"
#include "engine/json/json_value.h"
#include "tools/commands.h"
#include "tools/machine_options.h"

namespace trm::cli {
namespace {

struct VerifyOptions {
  std::vector<std::string> directories;
  std::uint64_t threads = 0;
  bool all = false, json = false;
  std::optional<simd::WeightType> dtype;
};

/// The comparison of each kind of tensor that came nearest to its tolerance.
std::vector<bench::VerifiedTensor> worst_of_kinds(const bench::Verification& result) {
  std::map<std::string, bench::VerifiedTensor> worst;
  for (const bench::VerifiedTensor& t : result.tensors) {
    const std::size_t dot = t.name.find('.');
    std::string kind = t.name.substr(dot == std::string::npos ? 0 : dot + 1);
    if (const std::size_t model = kind.find(".model."); model != std::string::npos) kind.resize(model);
    auto [at, fresh] = worst.try_emplace(kind, t);
    const auto load = [](const bench::VerifiedTensor& v) { return v.tolerance > 0 ? v.error / v.tolerance : v.error; };
    if (!fresh && load(t) > load(at->second)) at->second = t;
  }
  std::vector<bench::VerifiedTensor> out;
  out.reserve(worst.size());
  for (auto& [kind, tensor] : worst) out.push_back(std::move(tensor));
  return out;
}

std::string as_text(const std::string& directory, const bench::GoldenCase& golden, const bench::Verification& result,
                    bool all) {
  std::string out = fmt::format("{}: {}, {} {} steps, {} tensors compared, {} beyond their tolerance\n", directory,
                                arch_name(golden.model.config.arch), golden.steps,
                                golden.training ? "training" : "supervision", result.tensors.size(), result.broken());
  const std::vector<bench::VerifiedTensor> shown = all ? result.tensors : worst_of_kinds(result);
  for (const bench::VerifiedTensor& t : shown) {
    const std::string line =
        fmt::format("  {:<6} {:<64} {:>9.2e} of {:.0e}\n", t.ok() ? "ok" : "BROKEN", t.name, t.error, t.tolerance);
    out += t.ok() ? line : coloured(Stream::out, "31", line);
  }
  return out;
}

JsonValue as_json(const std::string& directory, const bench::GoldenCase& golden, const bench::Verification& result) {
  JsonValue tensors = JsonValue::array();
  for (const bench::VerifiedTensor& t : result.tensors) {
    tensors.push(JsonValue::object({{"name", t.name}, {"error", t.error}, {"tolerance", t.tolerance}, {"ok", t.ok()}}));
  }
  return JsonValue::object({{"case", directory},
                            {"arch", arch_name(golden.model.config.arch)},
                            {"steps", golden.steps},
                            {"broken", result.broken()},
                            {"tensors", std::move(tensors)}});
}

int run(const VerifyOptions& options) {
  const Result<simd::Selection> kernels = select_kernels(options.dtype.value_or(simd::WeightType::fp32));
  if (!kernels.ok()) return report(kernels.error());
  ThreadOptions threads;
  threads.threads = options.threads;
  const Result<std::unique_ptr<ThreadPool>> pool = ThreadPool::create(threads);
  if (!pool.ok()) return report(pool.error());
  std::size_t broken = 0;
  JsonValue list = JsonValue::array();
  for (const std::string& directory : options.directories) {
    const Result<bench::GoldenCase> golden = bench::read_golden_case(directory);
    if (!golden.ok()) return report(golden.error());
    const Result<bench::Verification> result = bench::verify(*golden, *kernels->table, **pool);
    if (!result.ok()) return report(result.error());
    broken += result->broken();
    if (options.json) {
      list.push(as_json(directory, *golden, *result));
    } else {
      print(as_text(directory, *golden, *result, options.all));
    }
  }
  if (options.json) print(list.indented() + "\n");
  return broken == 0 ? kPass : kFailed;
}

}  // namespace

Command add_verify(Arguments& program) {
  auto options = std::make_shared<VerifyOptions>();
  Arguments args = program.command(
      "verify", "Run recorded cases of published models and compare tensor by tensor; status 1 beyond a tolerance");
  args.list("DIR", options->directories, "Folder with config.json, weights, inputs and expected .safetensors")
      .required();
  args.number("--threads", options->threads, 0, 1024, "Threads; 0: as many as the machine has");
  add_dtype(args, options->dtype);
  args.flag("--all", options->all, "Every tensor of every step, not the worst of each kind");
  args.flag("--json", options->json, "Print JSON");
  return {args, [options] { return run(*options); }};
}

}  // namespace trm::cli
