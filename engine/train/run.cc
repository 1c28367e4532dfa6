// The outer loop of training: checkpoints, metrics, stopping and resuming.
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "engine/io/files.h"
#include "engine/train/job.h"

namespace trm {

namespace {

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

/// Metrics up to `step`: what a run that never stopped would have written by then.
Result<std::string> kept_metrics(const std::string& path, std::size_t step) {
  std::string kept;
  if (!exists(path)) return kept;
  Result<std::string> all = read_text(path, std::size_t{1} << 30);
  if (!all.ok()) return all.error();
  std::istringstream in(*all);
  for (std::string line; std::getline(in, line);) {
    const std::size_t at = line.find("\"step\":");
    if (at == std::string::npos) continue;
    if (std::strtoull(line.c_str() + at + 7, nullptr, 10) <= step) kept += line + "\n";
  }
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
