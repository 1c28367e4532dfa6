#include "tools/compare_output.h"

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/sys/files.h"
#include "reports/compare/export.h"
#include "reports/compare/page.h"
#include "reports/compare/text.h"
#include "tools/cli.h"

namespace trm::cli {

namespace compare = reports::compare;
namespace fs = std::filesystem;

int compare_status(compare::Verdict verdict) {
  switch (verdict) {
    case compare::Verdict::regressed:
      return kFailed;
    case compare::Verdict::inconclusive:
      return kInconclusive;
    default:
      return kPass;
  }
}

Result<std::string> comparison_text(const compare::Comparison& comparison, const std::string& format, bool all) {
  if (format == "json") return compare::to_json(comparison, compare_status(comparison.verdict));
  if (format == "markdown") return compare::to_markdown(comparison);
  if (format == "csv") return compare::to_csv(comparison);
  if (format == "google-benchmark") return compare::to_google_benchmark(comparison.after);
  if (format == "bmf") return compare::to_bmf(comparison.after);
  return compare::to_text(comparison, all);
}

bool is_output_file(const std::string& path) {
  const std::string ending = fs::path(path).extension().string();
  return ending == ".html" || ending == ".json" || ending == ".md" || ending == ".csv" || ending == ".txt";
}

namespace {

using Named = std::pair<const char*, std::string>;

/// Writes all files into the folder `path`, which is made.
Status write_folder(const std::string& path, const std::vector<Named>& files) {
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed) return Error{ErrorCode::io, path, "-o", failed.message(), "name a folder that you own"};
  for (const auto& [name, text] : files) {
    if (Status s = write_atomic((fs::path(path) / name).string(), text); !s.ok()) return s;
  }
  return {};
}

}  // namespace

Status write_comparison(const compare::Comparison& comparison, const std::string& path) {
  const std::string json = compare::to_json(comparison, compare_status(comparison.verdict));
  if (!is_output_file(path)) {
    return write_folder(path, {{"compare.json", json},
                               {"compare.md", compare::to_markdown(comparison)},
                               {"compare.html", compare::to_html(comparison)}});
  }
  const std::string ending = fs::path(path).extension().string();
  return write_atomic(path, ending == ".html"   ? compare::to_html(comparison)
                            : ending == ".json" ? json
                            : ending == ".md"   ? compare::to_markdown(comparison)
                            : ending == ".csv"  ? compare::to_csv(comparison)
                                                : compare::to_text(comparison, /*all=*/true));
}

Status write_history(const compare::History& history, const std::string& path) {
  if (!is_output_file(path)) {
    return write_folder(
        path, {{"history.json", compare::history_json(history)}, {"history.html", compare::history_html(history)}});
  }
  const std::string ending = fs::path(path).extension().string();
  return write_atomic(path, ending == ".html"   ? compare::history_html(history)
                            : ending == ".json" ? compare::history_json(history)
                                                : compare::history_report(history));
}

}  // namespace trm::cli
