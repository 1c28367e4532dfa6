#include "tools/compare_output.h"

#include <filesystem>
#include <system_error>
#include <utility>

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

Status write_comparison(const compare::Comparison& comparison, const std::string& path) {
  const std::string json = compare::to_json(comparison, compare_status(comparison.verdict));
  if (is_output_file(path)) {
    const std::string ending = fs::path(path).extension().string();
    return write_atomic(path, ending == ".html"   ? compare::to_html(comparison)
                              : ending == ".json" ? json
                              : ending == ".md"   ? compare::to_markdown(comparison)
                              : ending == ".csv"  ? compare::to_csv(comparison)
                                                  : compare::to_text(comparison, /*all=*/true));
  }
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed) return Error{ErrorCode::io, path, "-o", failed.message(), "name a folder that you own"};
  for (const auto& [name, text] :
       {std::pair{"compare.json", json}, std::pair{"compare.md", compare::to_markdown(comparison)},
        std::pair{"compare.html", compare::to_html(comparison)}}) {
    if (Status s = write_atomic((fs::path(path) / name).string(), text); !s.ok()) return s;
  }
  return {};
}

}  // namespace trm::cli
