#include "bench/speed/peer_process.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "engine/format/safetensors.h"
#include "engine/sys/memory.h"
#include "simd/cpu.h"

namespace trm::bench {
namespace {

/// Loading a library of this size takes a second, and much longer from a disk that is busy.
constexpr std::chrono::seconds kPeerStartLimit{60};
/// Of an answer: the logits of the largest case are less than a tenth of it.
constexpr std::size_t kPeerOutputBytes = std::size_t{64} << 20;
constexpr double kMostNs = 1e15;

Error peer_absent(const PeerProgram& program, std::string message) {
  return Error{ErrorCode::unsupported, "", program.name, std::move(message), program.fix};
}

Error peer_failed(const PeerProgram& program, std::string message) {
  return Error{ErrorCode::io, "", program.name, std::move(message), ""};
}

}  // namespace

Status write_peer_case(const std::string& path, const RandomModel& model, const CanvasBatch& puzzles) {
  std::vector<TensorRef> tensors;
  tensors.reserve(model.registry.tensors.size() + 2);
  for (const TensorSpec& spec : model.registry.tensors) {
    tensors.push_back({spec.name, DType::f32, spec.shape, model.weights.data() + spec.offset});
  }
  const std::vector<std::size_t> shape = {puzzles.samples, puzzles.seq_len};
  tensors.push_back({"inputs", DType::i32, shape, puzzles.inputs.data()});
  tensors.push_back({"labels", DType::i32, shape, puzzles.labels.data()});
  return write_safetensors(path, tensors, {{"config", model.config.canonical()}}, Checksums::left_out);
}

/// One case of a peer, which reads the clock itself: what the way to it costs is not its work.
class PeerRunner final : public Runner {
 public:
  /// expected_ns: of a run, as the peer took when it made itself ready.
  PeerRunner(std::shared_ptr<PeerProcess> peer, std::size_t number, double expected_ns)
      : peer_(std::move(peer)), number_(number), expected_ns_(expected_ns) {}
  [[nodiscard]] double expected_ns() const override { return expected_ns_; }
  Result<double> warm_up() override { return 1.0; }
  Status run() override {
    const Result<double> time = timed_run();
    return time.ok() ? Status{} : Status{time.error()};
  }
  Result<double> timed_run() override { return peer_->time(number_); }

 private:
  std::shared_ptr<PeerProcess> peer_;
  std::size_t number_;
  double expected_ns_;
};

Result<std::shared_ptr<PeerProcess>> PeerProcess::start(const PeerProgram& program) {
  Error reason = peer_absent(program, "there is no script of it");
  for (const std::vector<std::string>& command : program.commands) {
    Result<Helper> helper = Helper::start({command, {}});
    if (!helper.ok()) {
      reason = peer_absent(program, helper.error().message);
      continue;
    }
    std::shared_ptr<PeerProcess> peer(new PeerProcess(program, *std::move(helper)));
    const Status greeted = peer->greet();
    if (greeted.ok()) return peer;
    reason = greeted.error();
  }
  return reason;
}

Status PeerProcess::greet() {
  const std::chrono::milliseconds patience =
      std::exchange(program_.limit, std::min<std::chrono::milliseconds>(program_.limit, kPeerStartLimit));
  Result<JsonObject> hello = ask(JsonValue::object({{"do", "hello"}}));
  program_.limit = patience;
  if (!hello.ok()) return hello.error();
  std::string name, version, kernels;
  for (const char* field : {"name", "version", "kernels", "step", "training"}) hello->require(field);
  hello->get("name", name);
  hello->get("version", version);
  hello->get("kernels", kernels);
  hello->get("step", step_types_);
  hello->get("training", training_types_);
  if (Status s = hello->finish(); !s.ok()) return lose(s.error().text());
  description_ = fmt::format("{} {}, {}", name, version, kernels);
  return {};
}

Error PeerProcess::lose(const std::string& how) {
  lost_ = true;
  return peer_failed(program_, how);
}

bool PeerProcess::does(SpeedKind kind, simd::WeightType type) const {
  if (kind == SpeedKind::decoding) return false;
  const std::vector<std::string>& types = kind == SpeedKind::training ? training_types_ : step_types_;
  return std::find(types.begin(), types.end(), simd::weight_type_name(type)) != types.end();
}

Result<JsonObject> PeerProcess::ask(const JsonValue& request) {
  if (lost_) return peer_failed(program_, "answers no more");
  const Result<std::string> line = helper_.ask(request.compact() + "\n", {program_.limit, kPeerOutputBytes});
  if (!line.ok()) return lose(line.error().message);
  Result<JsonObject> answer = JsonObject::parse(*line, program_.name);
  if (!answer.ok()) return lose("its answer is not one line of JSON: " + line->substr(0, 200));
  const auto says = [&](const char* why) {
    std::string text;
    if (answer->has(why)) answer->get(why, text);
    return text;
  };
  if (const std::string why = says("absent"); !why.empty()) return peer_absent(program_, "is not installed: " + why);
  if (const std::string what = says("unsupported"); !what.empty())
    return Error{ErrorCode::unsupported, "", program_.name, "does not compute a model with " + what, ""};
  if (const std::string how = says("error"); !how.empty()) return peer_failed(program_, "failed: " + how);
  return answer;
}

Result<std::unique_ptr<Runner>> PeerProcess::prepare(const std::shared_ptr<PeerProcess>& self, const PeerCase& work,
                                                     PeerAnswer* answer) {
  const std::size_t number = self->cases_++;
  Result<JsonObject> ready =
      self->ask(JsonValue::object({{"do", "prepare"},
                                   {"case", std::uint64_t{number}},
                                   {"file", work.file},
                                   {"work", work.kind == SpeedKind::training ? "training" : "step"},
                                   {"type", std::string(simd::weight_type_name(work.type))},
                                   {"threads", std::uint64_t{work.threads}},
                                   {"answer", answer != nullptr}}));
  if (!ready.ok()) return ready.error();
  double ns = 0;
  std::vector<double> logits;
  ready->require("ns");
  ready->get("ns", ns, 0, kMostNs);
  if (answer != nullptr) {
    ready->get("logits", logits);
    ready->get("loss", answer->loss, -kMostNs, kMostNs);
    ready->get("grad_norm", answer->grad_norm, 0, kMostNs);
    answer->logits.assign(logits.begin(), logits.end());
  }
  if (Status s = ready->finish(); !s.ok()) return self->lose(s.error().text());
  return std::unique_ptr<Runner>(std::make_unique<PeerRunner>(self, number, ns));
}

Result<double> PeerProcess::time(std::size_t number) {
  Result<JsonObject> done = ask(JsonValue::object({{"do", "run"}, {"case", std::uint64_t{number}}}));
  if (!done.ok()) return done.error();
  double ns = 0;
  done->require("ns");
  done->get("ns", ns, 1, kMostNs);
  if (Status s = done->finish(); !s.ok()) return lose(s.error().text());
  return ns;
}

std::size_t PeerProcess::rss_peak_bytes() const {
  return trm::rss_peak_bytes(helper_.process());
}

double peer_tolerance(const CanvasConfig& model, simd::WeightType type) {
  if (type == simd::WeightType::fp32) return 1e-3;
  return model.mlp_t ? 0 : 0.5;
}

double relative_difference(const std::vector<float>& a, const std::vector<float>& b) {
  double difference = 0, norm = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    const auto x = static_cast<double>(a[i]), y = static_cast<double>(b[i]);
    difference += (x - y) * (x - y);
    norm += x * x;
  }
  const double out = std::sqrt(difference / norm);
  return a.size() == b.size() && std::isfinite(out) ? out : std::numeric_limits<double>::infinity();
}

}  // namespace trm::bench
