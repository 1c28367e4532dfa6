// What one benchmark run knows: flat records, raw samples, models, examples and the machine it ran on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/status.h"

namespace trm::reports {

/// Version of the record schema (results.json); a reader refuses any other.
inline constexpr int kSchemaVersion = 1;

/// Record::mode of figures that a paper prints: not measured in this run.
inline constexpr const char* kPublishedMode = "published";
/// Environment key of the fingerprint of the questions of a task, before the name of the task.
inline constexpr const char* kQuestionsKey = "questions, ";
/// Metric of the published benchmarks, measured or published: exact answers as a ratio, of ARC within two tries.
inline constexpr const char* kBenchmarkMetric = "benchmark_score";

/// One measured number. (task, slice, model, mode, metric, depth) is its key and occurs once in a run.
///
/// Metrics that have a place of their own in the reports, with their units:
///   exact_answer, exact_frame, exact_answer_by_depth, other accuracies: "ratio" in [0, 1]
///   latency_p50_ns, latency_p90_ns, latency_p99_ns, ttft_p50_ns: "ns"
///   tokens_per_s, items_per_s: "1/s"
///   rss_peak_bytes, arena_bytes, state_bytes: "bytes"; stack_depth_max, parameters: "count"; training_seconds: "s"
///   benchmark_score: "ratio", published_parameters: "count", of a published benchmark (the task), as its papers print
///     them (mode "published", the slice names the source) or measured here (the slice says on what). Where the task
///     is in RunResults::tasks, a published figure stands beside the exact answers.
/// Any other metric gets a table under "Other measurements".
struct Record {
  std::string task;   ///< empty: the number belongs to the model, not to one task
  std::string slice;  ///< "test", "ood"...; empty: all slices
  std::string model;
  std::string mode;  ///< how the model was driven ("machine", "plain"...); may be empty
  std::string metric;
  std::string unit;
  int depth = -1;                 ///< recursion depth, or step of a metric that ends in _by_step; -1: all
  double value = 0;               ///< finite
  std::optional<double> ci_low;   ///< 95 % interval; both ends or none
  std::optional<double> ci_high;  ///< not below ci_low
  std::uint64_t n = 0;            ///< items or samples behind the number; 0: not a sample
  // Of the time of a kernel, for whoever looks one up; else empty. The key says the same in words.
  std::string kernel = {};    ///< "matmul"
  std::string shape = {};     ///< "m=97 n=1536 k=512"
  std::string type = {};      ///< of the weights: "fp32", "bf16", "int8"
  std::string isa = {};       ///< "avx512"
  std::uint64_t threads = 0;  ///< 0: not said
};

/// Raw samples of one metric, in the order in which they were taken. Metric "latency_ns" (unit "ns") feeds the plots;
/// "exact_answer" (unit "ratio") has 1 or 0 for each item in its order, which trm compare pairs.
struct SampleSet {
  std::string task, slice, model, mode, metric, unit;
  std::vector<double> values;  ///< finite
  // As in Record.
  std::string kernel = {}, shape = {}, type = {}, isa = {};
  std::uint64_t threads = 0;
};

struct ModelInfo {
  std::string name;         ///< equal to Record::model
  std::string family;       ///< "trm", "hrm", "transformer"...
  std::string description;  ///< one line; says so when the weights are random
  std::uint64_t parameters = 0;
  std::string file;
  std::string hash;
  std::string config;            ///< canonical text of the configuration
  std::string training_command;  ///< the command that made the file
  std::uint64_t seed = 0;
  double training_minutes = 0;
  /// "ablation": a variant of the main model, which has its own table; empty: a contestant. A name that begins with
  /// "ablation-" has the same effect.
  std::string group = {};
  /// The same for models whose trainings differ in the seed alone; empty: not known.
  std::string training = {};
};

/// A task that was asked. Tasks of one stage stand together.
struct TaskEntry {
  std::string name;   ///< equal to Record::task
  std::string stage;  ///< "linear", "tree"...; may be empty
};

/// A goal: a share of exact answers, set before anything was measured.
struct Goal {
  std::string task, slice;
  std::string column;  ///< "twice as deep": goals of one kind stand below one another
  double value = 0;    ///< ratio
};

/// One call of a recursion as it ran.
struct CallFrame {
  int parent = -1;      ///< place of the caller in the list; -1: the question itself, which comes first
  int depth = 0;        ///< 0: the question. More than one below the parent's where callers were left out
  std::string prompt;   ///< "fact 3 x"
  std::string value;    ///< "= b", "emits 1"; empty: it did not end
  std::string written;  ///< tokens after the prompt, up to the first wrong one; what was appended is in brackets
  std::string wrong;    ///< the first wrong token; empty: none
  std::string rest;     ///< what follows it
  std::string note;     ///< "seen before", "cut off"...
  std::uint64_t own_tokens = 0;  ///< that the model wrote
  double elapsed_ns = 0;         ///< callees included; 0: not known
  std::uint64_t hidden = 0;      ///< frames below this one that were left out
};

/// Of one example.
inline constexpr std::size_t kMaxCallFrames = 1000;

/// One answered item, worth showing because of its call tree.
struct Example {
  std::string task, slice, model, mode;
  std::string prompt, expected, answer;
  std::string transcript;  ///< text, one line per event; for what has no frames
  bool correct = false;
  std::vector<CallFrame> frames = {};  ///< callers before callees, at most max_call_frames; empty: no tree
};

/// A board after one supervision step.
struct BoardStep {
  std::string cells;  ///< (rows, columns)
  double q_halt = 0;  ///< a logit: above 0 the model takes its answer for right
};

/// A puzzle as a model solved it, board by board. Boards are row-major, one printable ASCII character per cell;
/// '.' and ' ' are cells that the question leaves open.
struct StepThrough {
  std::string task, slice, model, mode;
  std::size_t rows = 0, columns = 0;          ///< 1 to max_board_side
  std::size_t box_rows = 0, box_columns = 0;  ///< cells of a box, which divide the board; both 0: no boxes
  std::string question;                       ///< (rows, columns)
  std::string expected;                       ///< (rows, columns); empty: not known
  bool keeps_givens = true;  ///< the answer repeats what the question fills; false: question and answer are two boards
  std::vector<BoardStep> steps;  ///< at least one
  std::size_t halting_step = 0;  ///< from 1: the first with q_halt > 0, or the last
  bool correct = false;          ///< at the halting step
  bool correct_at_end = false;   ///< after the last step
};
inline constexpr std::size_t kMaxBoardSide = 99;

/// One fact about the machine, the build or the protocol (machine, isa, isa_cap, threads, pinning, compiler, flags,
/// commit, build_type, huge_pages, load...). Keys are unique and keep their order.
struct EnvironmentEntry {
  std::string key, value;
};

struct RunResults {
  int version = kSchemaVersion;
  std::string title;
  std::vector<EnvironmentEntry> environment;
  std::vector<std::uint64_t> seeds;
  std::vector<TaskEntry> tasks;   ///< in the order in which reports show them
  std::vector<Goal> goals;        ///< of tasks in `tasks`
  std::vector<ModelInfo> models;  ///< the first that is no symbolic baseline is the main one
  std::vector<Record> records;
  std::vector<SampleSet> samples;
  std::vector<Example> examples;
  std::vector<StepThrough> step_throughs;
};

/// The first breach of the rules above (a number that is not finite, half an interval, a duplicate key or model, a
/// board of another size), as ErrorCode::bad_input with the field's path ("records[3].value").
Status validate(const RunResults& results);

}  // namespace trm::reports
