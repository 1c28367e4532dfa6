#include "tools/bench_reports.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "engine/sys/files.h"
#include "reports/csv.h"
#include "reports/html.h"
#include "reports/json.h"
#include "reports/markdown.h"
#include "tools/cli.h"

namespace trm::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kResults = "results.json";
constexpr const char* kMarkdown = "report.md";
constexpr const char* kHtml = "report.html";

constexpr const char* kOwn = "name a directory that you own";

/// All three files of a run with all models together.
constexpr std::size_t kRoom = std::size_t{4} << 20;

Error refused(const std::string& place, const std::string& reason, const std::string& fix) {
  return Error{ErrorCode::io, place, "--out", "cannot write there: " + reason, fix};
}

/// write_atomic(), with what it means where an older file stays.
Status write_file(const fs::path& file, const std::string& text) {
  Status status = write_atomic(file.string(), text);
  std::error_code ignored;
  if (!status.ok() && fs::exists(file, ignored)) status.error().message += "; what is there is of an earlier run";
  return status;
}

/// Where the measurements go if their own place has become unusable.
void rescue(const std::string& json) {
  std::error_code failed;
  const fs::path folder = fs::temp_directory_path(failed);
  if (failed) return;
  const std::string file = (folder / fmt::format("trm-results-{}.json", ::getpid())).string();
  if (const Status status = write_atomic(file, json); !status.ok()) {
    report(status.error());
  } else {
    note(fmt::format("the results are in {}; trm bench --from makes reports of them", file));
  }
}

/// What of prepare_folder() is known without making anything.
Status check_folder(const std::string& directory, const std::vector<std::string>& names) {
  std::error_code failed;
  // What is not there yet is made in the nearest folder that is.
  fs::path nearest = fs::absolute(directory, failed).lexically_normal();
  while (!fs::exists(nearest, failed) && nearest.has_relative_path()) nearest = nearest.parent_path();
  if (!fs::is_directory(nearest, failed)) return refused(nearest.string(), "it is no directory", kOwn);
  if (::access(nearest.c_str(), W_OK | X_OK) != 0)
    return refused(nearest.string(), std::generic_category().message(errno), kOwn);
  for (const std::string& name : names) {
    const fs::path file = fs::path(directory) / name;
    const fs::file_status there = fs::status(file, failed);
    if (fs::exists(there) && !fs::is_regular_file(there))
      return refused(file.string(), "it is no file", "move it away, or name another directory");
  }
  return {};
}

}  // namespace

Status check_reports(const std::string& directory) {
  return check_folder(directory, {kResults, kMarkdown, kHtml});
}

Result<OutputLock> prepare_reports(const std::string& directory) {
  return prepare_folder(directory, {kResults, kMarkdown, kHtml});
}

Result<OutputLock> prepare_folder(const std::string& directory, const std::vector<std::string>& names) {
  std::error_code failed;
  fs::create_directories(directory, failed);
  if (failed) return refused(directory, failed.message(), kOwn);
  if (Status s = check_folder(directory, names); !s.ok()) return s.error();
  const std::string probe = (fs::path(directory) / fmt::format(".trm-probe-{}", ::getpid())).string();
  if (Status written = write_atomic(probe, std::string(kRoom, '\n')); !written.ok()) {
    written.error().file = directory;
    written.error().field = "--out";
    return written.error();
  }
  fs::remove(probe, failed);
  Result<OutputLock> lock = OutputLock::take(directory);
  if (!lock.ok()) lock.error().field = "--out";
  return lock;
}

int write_reports(const Measured& measured, const std::string& directory, const std::string& format) {
  const reports::RunResults& results = measured.results;
  const Result<std::string> json = reports::to_json(results);
  if (!json.ok()) return report(json.error());
  const std::string markdown = reports::to_markdown(results);
  const fs::path folder(directory);
  int status = kPass;
  const auto write = [&](const std::string& name, const std::string& text) {
    const Status written = write_file(folder / name, text);
    if (!written.ok()) status = report(written.error());
    return written.ok();
  };
  // What cannot be made again comes first.
  if (!write(kResults, *json)) rescue(*json);
  for (const auto& file : measured.files) {
    if (write(file.first, file.second)) note("written: " + (folder / file.first).string());
  }
  write(kMarkdown, markdown);
  write(kHtml, reports::to_html(results));
  if (format == "json") print(*json);
  if (format == "md") print(markdown);
  if (format == "csv") print(reports::to_csv(results));
  if (format == "google-benchmark") {
    const Result<std::string> text = reports::to_google_benchmark_json(results);
    if (!text.ok()) return report(text.error());
    print(*text);
  }
  if (status != kPass) return status;
  const std::string last = "results: " + directory;
  // Standard output holds the chosen format alone.
  if (format.empty()) {
    print(last + "\n");
  } else {
    note(last);
  }
  return kPass;
}

}  // namespace trm::cli
