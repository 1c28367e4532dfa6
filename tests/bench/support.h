// Models in files for the tests of the benchmark.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "bench/frames/contestant.h"
#include "engine/store/model_file.h"
#include "simd/ref.h"
#include "tasks/frames/frame.h"
#include "tests/support/bigram_model.h"

namespace trm::tests {

/// A directory that goes away with the object.
class ScratchDirectory {
 public:
  ScratchDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "trm_bench_XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// A shell script that is found by its name in PATH as long as the object is there.
class FakeProgram {
 public:
  FakeProgram(const ScratchDirectory& scratch, const std::string& name, const std::string& script)
      : path_before_(std::getenv("PATH")) {
    const std::string file = scratch.file(name);
    std::ofstream(file) << "#!/bin/sh\n" << script << "\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    ::setenv("PATH", (scratch.file("") + ":" + path_before_).c_str(), 1);
  }
  FakeProgram(const FakeProgram&) = delete;
  FakeProgram& operator=(const FakeProgram&) = delete;
  ~FakeProgram() { ::setenv("PATH", path_before_.c_str(), 1); }

 private:
  std::string path_before_;
};

inline std::vector<std::string> task_words() {
  std::vector<std::string> words;
  for (const std::string_view word : tasks::vocabulary()) words.emplace_back(word);
  return words;
}

inline bench::Contestant written_model(const ScratchDirectory& scratch, const std::string& name,
                                       const std::vector<std::pair<std::string, std::string>>& transitions) {
  const Model model = bigram_model(task_words(), transitions);
  const std::string path = scratch.file(name + ".safetensors");
  return save_model(path, model).ok() ? bench::Contestant{name, path} : bench::Contestant{};
}

/// Answers 1 to everything.
inline bench::Contestant one_model(const ScratchDirectory& scratch) {
  return written_model(scratch, "one", {{"END", "RET"}, {"RET", "1"}, {"1", "END"}});
}

/// Answers YES to everything.
inline bench::Contestant yes_model(const ScratchDirectory& scratch) {
  return written_model(scratch, "yes", {{"END", "RET"}, {"RET", "YES"}, {"YES", "END"}});
}

/// Answers every question with its first stream.
inline bench::Contestant echo_model(const ScratchDirectory& scratch) {
  return written_model(scratch, "echo", {{"END", "RET"}, {"RET", "X"}, {"X", "END"}});
}

/// Answers 1 to everything, as a stream.
inline bench::Contestant emit_model(const ScratchDirectory& scratch) {
  return written_model(scratch, "emit", {{"END", "EMIT"}, {"EMIT", "1"}, {"1", "RET"}, {"RET", "END"}});
}

/// Calls the same prompt for ever.
inline bench::Contestant loop_model(const ScratchDirectory& scratch) {
  return written_model(scratch, "loop", {{"END", "CALL"}, {"CALL", "5"}, {"5", "END"}});
}

/// The same without waiting.
inline bench::Contestant spawning_model(const ScratchDirectory& scratch) {
  return written_model(scratch, "spawning", {{"END", "SPAWN"}, {"SPAWN", "5"}, {"5", "END"}});
}

/// A small recursive model with random weights.
inline bench::Contestant random_model(const ScratchDirectory& scratch) {
  ModelConfig config;
  config.family = Family::trm;
  config.vocab_size = task_words().size();
  config.hidden_size = 16;
  config.layers = 1;
  config.num_heads = 2;
  config.global_heads = 1;
  config.head_dim = 8;
  config.window = 16;
  config.intermediate_size = 24;
  config.run_tokens = 10;
  config.run_positions = 8;
  config.segment_positions = 8;
  Model model(config);
  initialise(model.registry, 3, model.weights.span());
  model.vocabulary = task_words();
  const std::string path = scratch.file("random.safetensors");
  return save_model(path, model).ok() ? bench::Contestant{"random", path} : bench::Contestant{};
}

}  // namespace trm::tests
