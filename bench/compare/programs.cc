#include "bench/compare/programs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "bench/compare/load.h"
#include "bench/compare/process.h"
#include "bench/harness/scratch_folder.h"
#include "engine/sys/files.h"
#include "reports/compare/read.h"
#include "reports/json.h"
#include "simd/cpu.h"

namespace trm::bench {
namespace {

namespace fs = std::filesystem;
namespace compare = reports::compare;

constexpr const char* kPlace = "{out}";
/// A first run without a limit of its own.
constexpr std::int64_t kFirstTimeout = 3'600'000'000'000;
constexpr std::int64_t kLeastTimeout = 60'000'000'000;
constexpr std::size_t kLongestName = 80;

/// What a program said under valgrind, without valgrind's own lines.
std::string own_words(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    if (!line.empty() && !line.starts_with("==")) out += (out.empty() ? "" : " | ") + std::string(line);
    at = end + 1;
  }
  return out;
}

bool mentions_place(const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(),
                     [](const std::string& word) { return word.find(kPlace) != std::string::npos; });
}

bool names_output(const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return word == "--out" || word.starts_with("--out=") || word == "-o";
  });
}

std::vector<std::string> with_place(std::vector<std::string> words, const std::string& place) {
  for (std::string& word : words) {
    for (std::size_t at = 0; (at = word.find(kPlace, at)) != std::string::npos; at += place.size())
      word.replace(at, std::string_view(kPlace).size(), place);
  }
  return words;
}

/// "run trm-frames 'fact 12'": the benchmark that a command is.
std::string command_name(const std::vector<std::string>& arguments) {
  std::string out;
  for (const std::string& word : arguments) {
    const bool plain = !word.empty() && word.find_first_of(" \t\n'\"") == std::string::npos;
    out += (out.empty() ? "" : " ") + (plain ? word : "'" + word + "'");
  }
  if (out.size() > kLongestName) out = out.substr(0, kLongestName) + "...";
  return out.empty() ? "command" : out;
}

/// The text of the results that a run left in its folder; empty: none.
std::string results_in(const std::string& folder) {
  std::error_code failed;
  std::vector<std::string> files;
  for (const char* name : {"results.json", "profile.json"}) {
    const fs::path file = fs::path(folder) / name;
    if (fs::is_regular_file(file, failed)) files.push_back(file.string());
  }
  if (files.empty()) {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, failed)) {
      if (entry.is_regular_file(failed) && entry.path().extension() == ".json") files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
  }
  if (files.empty()) return "";
  const Result<std::string> text = read_text(files.front());
  return text.ok() ? *text : std::string();
}

compare::Measurements from_outside(const std::vector<std::string>& arguments, const ProcessOutcome& outcome) {
  compare::Measurements out;
  out.format = "from outside";
  out.machine = simd::cpu_description();
  const auto add = [&](const char* metric, const char* unit, double value) {
    compare::Series series;
    series.name = command_name(arguments);
    series.metric = metric;
    series.unit = unit;
    series.value = value;
    series.samples = {value};
    set_direction(series);
    out.series.push_back(std::move(series));
  };
  add("wall_time_ns", "ns", static_cast<double>(outcome.wall_ns));
  // Systems that count ticks say 0 of a short program, which is no time.
  if (outcome.user_ns > 0) add("user_time_ns", "ns", static_cast<double>(outcome.user_ns));
  if (outcome.rss_peak_bytes > 0) add("rss_peak_bytes", "bytes", static_cast<double>(outcome.rss_peak_bytes));
  return out;
}

/// A text that may be a results file.
bool looks_like_results(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \n\r\t");
  return begin != std::string::npos && (text[begin] == '{' || text[begin] == '[');
}

std::string printed_text(const compare::Measurements& measured) {
  reports::RunResults results = reports::compare::as_results(measured);
  results.environment = {{"machine", measured.machine}};
  const Result<std::string> text = reports::to_json(results);
  return text.ok() ? *text : std::string();
}

}  // namespace

Sampler program_sampler(const ProgramOptions& options) {
  const auto timeout = std::make_shared<std::int64_t>(options.timeout_ns);
  const auto readable = std::make_shared<std::size_t>(0);
  return [options, timeout, readable](Side side) -> Result<RunOutcome> {
    const std::string& program = side == Side::before ? options.before : options.after;
    const Result<ScratchFolder> folder = ScratchFolder::make("trm-compare");
    if (!folder.ok()) return folder.error();
    std::vector<std::string> words = options.arguments;
    const bool ours = !words.empty() && (words.front() == "bench" || words.front() == "profile");
    if (ours && !mentions_place(words) && !names_output(words)) words.insert(words.end(), {"--out", kPlace});
    const bool leaves_results = mentions_place(words);
    words = with_place(std::move(words), folder->path());
    words.insert(words.begin(), program);
    const Result<ProcessOutcome> ran =
        run_measured({std::move(words), {}, *timeout == 0 ? kFirstTimeout : *timeout, options.stop});
    if (!ran.ok()) return ran.error();
    RunOutcome out;
    out.failure = ran->failure;
    out.last_words = ran->last_words;
    if (!out.failure.empty()) return out;
    if (*timeout == 0) *timeout = std::max(kLeastTimeout, 10 * ran->wall_ns);
    std::string text = leaves_results ? results_in(folder->path()) : std::string();
    const bool printed = text.empty() && looks_like_results(ran->output);
    if (printed) text = ran->output;
    if (!text.empty()) {
      Result<compare::Measurements> measured = reports::compare::read_measurements(text, program);
      if (measured.ok()) {
        out.measured = *std::move(measured);
        out.raw = std::move(text);
        ++*readable;
        return out;
      }
      // A program may print JSON that is no results file; a file in its folder is meant to be one. If no run gave one
      // that can be read, there is nothing to compare; if some did, this run failed and the others count.
      if (!printed && *readable == 0) return measured.error();
      if (!printed) {
        out.failure = "left results that cannot be read: " + measured.error().text();
        return out;
      }
    }
    out.measured = from_outside(options.arguments, *ran);
    out.raw = printed_text(out.measured);
    return out;
  };
}

Result<std::uint64_t> count_instructions(const std::vector<std::string>& words, const std::atomic<bool>* stop) {
  ProcessOrder order;
  order.words = {"valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--"};
  order.words.insert(order.words.end(), words.begin(), words.end());
  order.timeout_ns = kFirstTimeout;
  order.stop = stop;
#if defined(__x86_64__)
  // Counts of one instruction set on all machines, and the most that valgrind knows.
  order.environment = {{"TRM_ISA", "avx2"}};
#endif
  const Result<ProcessOutcome> ran = run_measured(order);
  if (!ran.ok()) {
    return Error{ErrorCode::unsupported, "", "", "valgrind is not here", "install Debian's package valgrind"};
  }
  if (!ran->failure.empty()) {
    return Error{ErrorCode::io, "", "",
                 fmt::format("{} under valgrind: {}: {}", words.front(), ran->failure, own_words(ran->last_words)),
                 "run it by itself first"};
  }
  constexpr std::string_view kMark = "Collected : ";
  const std::size_t at = ran->last_words.rfind(kMark);
  std::uint64_t count = 0;
  for (std::size_t i = at == std::string::npos ? ran->last_words.size() : at + kMark.size();
       i < ran->last_words.size() && ran->last_words[i] >= '0' && ran->last_words[i] <= '9'; ++i)
    count = count * 10 + static_cast<std::uint64_t>(ran->last_words[i] - '0');
  if (count == 0) return Error{ErrorCode::io, "", "", "callgrind printed no count: " + ran->last_words, ""};
  return count;
}

void add_instructions(const ProgramOptions& options, compare::Evidence& evidence) {
  const auto count = [&](const std::string& program, compare::Measurements& to) -> Status {
    const Result<ScratchFolder> folder = ScratchFolder::make("trm-compare");
    std::vector<std::string> words = with_place(options.arguments, folder.ok() ? folder->path() : "/tmp");
    words.insert(words.begin(), program);
    const Result<std::uint64_t> counted = count_instructions(words, options.stop);
    if (!counted.ok()) return counted.error();
    compare::Series series;
    series.name = command_name(options.arguments);
    series.metric = "instructions";
    series.unit = "count";
    series.value = static_cast<double>(*counted);
    set_direction(series);
    to.series.push_back(std::move(series));
    return {};
  };
  compare::Measurements before, after, again;
  for (const auto& [program, to] :
       {std::pair{&options.before, &before}, std::pair{&options.after, &after}, std::pair{&options.before, &again}}) {
    if (const Status s = count(*program, *to); !s.ok()) {
      evidence.after.notes.push_back("instructions were not counted: " + s.error().text());
      return;
    }
  }
  if (!evidence.same) evidence.same.emplace();
  evidence.same->first.series.push_back(before.series.front());
  evidence.same->second.series.push_back(again.series.front());
  evidence.before.series.push_back(before.series.front());
  evidence.after.series.push_back(after.series.front());
}

}  // namespace trm::bench
