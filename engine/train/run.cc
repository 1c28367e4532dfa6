// The outer loop of training: checkpoints, metrics, stopping and resuming.
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "engine/json/json_object.h"
#include "engine/sys/files.h"
#include "engine/sys/input.h"
#include "engine/sys/output_lock.h"
#include "engine/train/job.h"

namespace trm {

namespace {

constexpr std::size_t kLongestLine = std::size_t{1} << 16;  // of metrics; a longer one is none

bool exists(const std::string& path) {
  struct stat st {};
  return ::stat(path.c_str(), &st) == 0;
}

Status make_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0777) == 0) return {};
  struct stat st {};
  if (errno == EEXIST && ::stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode)) return {};
  return Error{ErrorCode::io, path, "", std::string("cannot create the output directory: ") + std::strerror(errno),
               "give a directory whose parent exists and is writable"};
}

/// Is it the whole line of an update up to `step`? A process that was killed leaves half a line.
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

/// A line with exactly one newline at its end.
std::string terminated(std::string line) {
  if (line.empty() || line.back() != '\n') line += '\n';
  return line;
}

}  // namespace

Result<bool> run_training(TrainingJob& job, const RunOptions& run) {
  if (Status s = make_directory(run.directory); !s.ok()) return s.error();
  const Result<OutputLock> lock = OutputLock::take(run.directory);
  if (!lock.ok()) return lock.error();
  const std::string checkpoint = run.directory + "/checkpoint.safetensors";
  const std::string metrics_path = run.directory + "/metrics.jsonl";
  if (run.resume && exists(checkpoint)) {
    if (Status s = job.resume(checkpoint); !s.ok()) return s.error();
  }
  Result<std::string> kept = kept_metrics(metrics_path, job.step());
  if (!kept.ok()) return kept.error();
  if (Status s = write_atomic(metrics_path, *kept); !s.ok()) return s.error();
  std::ofstream metrics(metrics_path, std::ios::app);
  auto save = [&]() -> Status {
    metrics.flush();
    if (!metrics)
      return Error{ErrorCode::io, metrics_path, "", "cannot be written", "free disk space or choose another directory"};
    return job.save_checkpoint(checkpoint);
  };
  bool saved = true;
  while (!job.finished()) {
    if (run.stop != nullptr && run.stop->load(std::memory_order_relaxed)) break;
    Result<std::string> line = job.advance();
    if (!line.ok()) {
      line.error().file = checkpoint;
      return line.error();
    }
    saved = false;
    metrics << terminated(*line);
    if (job.validation_due()) metrics << terminated(job.validate());
    if (job.checkpoint_due()) {
      if (Status s = save(); !s.ok()) return s.error();
      saved = true;
    }
  }
  if (!saved) {
    if (Status s = save(); !s.ok()) return s.error();
  }
  if (!job.finished()) return false;
  if (Status s = job.save_model(run.directory + "/model.safetensors"); !s.ok()) return s.error();
  return true;
}

}  // namespace trm
