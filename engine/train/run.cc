#include "engine/train/run.h"

#include <filesystem>
#include <fstream>
#include <system_error>

#include "engine/json/json_object.h"
#include "engine/sys/files.h"
#include "engine/sys/input.h"

namespace trm {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestLine = std::size_t{1} << 16;  // of metrics; a longer one is none

bool exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

/// Is it the whole line of an event up to `step`? A process that was killed leaves half a line.
bool is_metric(const std::string& line, std::size_t step) {
  Result<JsonObject> json = JsonObject::parse(line, "");
  if (!json.ok()) return false;
  std::size_t at = 0;
  json->require("step");
  json->get("step", at, 0, static_cast<std::size_t>(-1));
  json->take_unknown();
  return json->finish().ok() && at <= step;
}

/// Metrics up to `step`: what a run that never stopped would have written by then.
Result<std::string> kept_metrics(const std::string& path, std::size_t step) {
  std::string kept;
  if (!exists(path)) return kept;
  std::string line;
  const auto end_line = [&] {
    if (is_metric(line, step)) kept += line + "\n";
    line.clear();
  };
  const Status read = read_pieces(path, [&](std::string_view piece) -> Status {
    for (const char c : piece) {
      if (c == '\n') {
        end_line();
      } else if (line.size() <= kLongestLine) {
        line += c;
      }
    }
    return {};
  });
  if (!read.ok()) return read.error();
  end_line();
  return kept;
}

}  // namespace

Result<TrainingDirectory> TrainingDirectory::take(const std::string& path, bool parent) {
  TrainingDirectory out(path);
  std::error_code failed;
  // Only the folder itself matters: without the one that should hold it, it cannot be made either.
  if (const std::string outer = fs::path(path).parent_path().string(); parent && fs::create_directory(outer, failed)) {
    out.made_.push_back(outer);
  }
  if (fs::create_directory(path, failed)) out.made_.push_back(path);
  if (failed) {
    return Error{ErrorCode::io, path, "", "cannot create the output directory: " + failed.message(),
                 "give a directory whose parent exists and is writable"};
  }
  Result<OutputLock> lock = OutputLock::take(path);
  if (!lock.ok()) return lock.error();
  out.lock_.emplace(std::move(*lock));
  return out;
}

TrainingDirectory::~TrainingDirectory() {
  lock_.reset();  // and with it the file that says who holds the folder
  std::error_code ignored;
  for (; !made_.empty(); made_.pop_back()) fs::remove(made_.back(), ignored);
}

Result<bool> run_training(TrainingJob& job, const TrainingDirectory& directory, const RunOptions& run) {
  const std::string checkpoint = directory.checkpoint();
  const std::string metrics_path = directory.metrics();
  for (const std::string& file : {checkpoint, metrics_path, directory.model()}) {
    if (Status s = check_target(file); !s.ok()) return s.error();
  }
  if (run.resume && exists(checkpoint)) {
    if (Status s = job.resume(checkpoint); !s.ok()) return s.error();
  }
  Result<std::string> kept = kept_metrics(metrics_path, job.step());
  if (!kept.ok()) return kept.error();
  if (Status s = write_atomic(metrics_path, *kept); !s.ok()) return s.error();
  std::ofstream metrics(metrics_path, std::ios::app);
  const auto tell = [&](const TrainingEvent& event) {
    if (run.on_event) run.on_event(event);
    metrics << event.line();
  };
  const auto save = [&]() -> Status {
    metrics.flush();
    if (!metrics)
      return Error{ErrorCode::io, metrics_path, "", "cannot be written", "free disk space or choose another directory"};
    return job.save_checkpoint(checkpoint);
  };
  bool saved = true;
  while (!job.finished()) {
    if (run.stop != nullptr && run.stop->load(std::memory_order_relaxed)) break;
    Result<TrainingEvent> update = job.advance();
    if (!update.ok()) {
      update.error().file = checkpoint;
      return update.error();
    }
    saved = false;
    tell(*update);
    if (job.validation_due()) tell(job.validate());
    if (job.checkpoint_due()) {
      if (Status s = save(); !s.ok()) return s.error();
      saved = true;
    }
  }
  if (!saved) {
    if (Status s = save(); !s.ok()) return s.error();
  }
  if (!job.finished()) return false;
  if (Status s = job.save_model(directory.model()); !s.ok()) return s.error();
  return true;
}

}  // namespace trm
