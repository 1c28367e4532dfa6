#include "bench/frames/seen_frames.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "bench/harness/child.h"
#include "engine/sys/memory.h"
#include "engine/sys/thread_pool.h"
#include "engine/train/config.h"
#include "engine/train/training_record.h"
#include "tasks/training/frame_source.h"

namespace trm::bench {
namespace {

Error unknown(std::string why) {
  return Error{ErrorCode::unsupported, "", "", std::move(why), "train it again with this program to know"};
}

std::size_t bytes_of(std::size_t frames) {
  return frames * sizeof(std::uint64_t);
}

/// The fingerprint of each training frame, in their order. Returns their sum.
std::uint64_t make_all(const FrameHistory& history, ThreadPool& pool, std::span<std::uint64_t> out) {
  const tasks::FrameSource source;
  std::vector<Sample> samples(pool.size());
  std::size_t first = 0;
  for (const FrameHistory::Part& part : history.parts) {
    // An update takes a batch with the mix of its stage.
    pool.run(part.end - first, [&](std::size_t update, std::size_t worker) {
      Sample& sample = samples[worker];
      for (std::size_t i = 0; i < history.batch_size; ++i) {
        const std::size_t index = (first + update) * history.batch_size + i;
        source.train_sample(history.seed, part.mix, index, sample);
        out[index] = fingerprint(sample.tokens, sample.own);
      }
    });
    first = part.end;
  }
  std::uint64_t digest = 0;
  for (const std::uint64_t value : out) digest += value;
  return digest;
}

/// What the child says of its work in the shared memory.
struct Made {
  std::uint64_t digest = 0;
  std::uint64_t distinct = 0;
};

}  // namespace

Result<FrameHistory> frame_history(const Model& model) {
  const std::optional<TrainingRecord> record = TrainingRecord::read(model.info);
  const auto text = model.info.find("training_config");
  if (!record || text == model.info.end()) return unknown("does not tell which frames it was trained on");
  const tasks::FrameSource source;
  Result<TrainConfig> config = TrainConfig::parse(text->second, model.path, source);
  if (!config.ok()) return unknown("was trained on other frames than this program makes: " + config.error().text());
  if (config->encoding != source.encoding()) return unknown("was not trained on frames");
  FrameHistory out{config->seed, record->digest, config->batch_size, {}};
  std::vector<std::size_t> ends = record->stage_ends;
  ends.push_back(config->steps);
  if (ends.size() > config->stages.size() || !std::is_sorted(ends.begin(), ends.end())) {
    return unknown("names stages of its training that its configuration does not have");
  }
  for (std::size_t i = 0; i < ends.size(); ++i) out.parts.push_back({ends[i], config->stages[i].mix});
  return out;
}

Result<SeenFrames> SeenFrames::create(FrameHistory history) {
  SeenFrames out;
  out.history_ = std::move(history);
  const std::size_t steps = out.history_.parts.back().end;
  out.shown_ = steps * out.history_.batch_size;
  if (out.shown_ / steps != out.history_.batch_size || bytes_of(out.shown_) > available_memory_bytes() / 4) {
    return unknown(fmt::format("was trained on {} frames, too many to make them again in this memory", out.shown_));
  }
  void* const place =
      ::mmap(nullptr, bytes_of(out.shown_), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (place == MAP_FAILED) return unknown(fmt::format("{}: no memory for {} frames", std::strerror(errno), out.shown_));
  out.fingerprints_ = static_cast<std::uint64_t*>(place);

  const Result<Bytes> bytes = run_in_child(
      [&](const Progress&) -> Result<Bytes> {
        Result<std::unique_ptr<ThreadPool>> pool = ThreadPool::create({});
        if (!pool.ok()) return pool.error();
        Made made;
        made.digest = make_all(out.history_, **pool, out.all());
        std::sort(out.all().begin(), out.all().end());
        made.distinct = static_cast<std::uint64_t>(std::unique(out.all().begin(), out.all().end()) - out.all().begin());
        Bytes told(sizeof made);
        std::memcpy(told.data(), &made, sizeof made);
        return told;
      },
      {});
  if (!bytes.ok()) return bytes.error();
  Made made;
  std::memcpy(&made, bytes->data(), sizeof made);
  if (made.digest != out.history_.digest) return unknown("was trained on other frames than this program makes");
  out.distinct_ = made.distinct;
  return out;
}

SeenFrames::SeenFrames(SeenFrames&& other) noexcept {
  *this = std::move(other);
}

SeenFrames& SeenFrames::operator=(SeenFrames&& other) noexcept {
  std::swap(history_, other.history_);
  std::swap(fingerprints_, other.fingerprints_);
  std::swap(shown_, other.shown_);
  std::swap(distinct_, other.distinct_);
  return *this;
}

SeenFrames::~SeenFrames() {
  if (fingerprints_ != nullptr) ::munmap(fingerprints_, bytes_of(shown_));
}

bool SeenFrames::contains(std::uint64_t fingerprint) const {
  const std::span<std::uint64_t> known = all().first(distinct_);
  return std::binary_search(known.begin(), known.end(), fingerprint);
}

}  // namespace trm::bench
