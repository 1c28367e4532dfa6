#include "bench/compare/load.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/sys/files.h"
#include "engine/sys/standard_input.h"
#include "reports/compare/read.h"

namespace trm::bench {
namespace {

namespace fs = std::filesystem;
namespace compare = reports::compare;

bool is_criterion_file(const fs::path& path) {
  const std::string name = path.filename().string();
  return name == "sample.json" || name == "estimates.json" || name == "benchmark.json";
}

/// Empty where there is no such file.
Result<std::string> text_if_there(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return std::string();
  return read_text(path.string());
}

Result<compare::CriterionFolder> read_folder(const fs::path& folder, const std::string& name) {
  compare::CriterionFolder out;
  out.name = name;
  out.path = folder.string();
  for (const auto& [file, text] : {std::pair{"benchmark.json", &out.benchmark}, std::pair{"sample.json", &out.sample},
                                   std::pair{"estimates.json", &out.estimates}}) {
    Result<std::string> read = text_if_there(folder / file);
    if (!read.ok()) return read.error();
    *text = *std::move(read);
  }
  return out;
}

Error no_results(const std::string& path) {
  return {ErrorCode::bad_input, path, "", "is a folder without results",
          "name a file, a folder with results.json or profile.json, or criterion's folder (target/criterion)"};
}

Result<compare::Measurements> load_criterion(const std::string& path, const std::string& baseline) {
  std::error_code failed;
  const fs::path root(path);
  // The folder of each benchmark, and the baselines in it.
  std::map<std::string, std::vector<std::string>> found;
  for (fs::recursive_directory_iterator it(root, fs::directory_options::skip_permission_denied, failed), end;
       !failed && it != end; it.increment(failed)) {
    const std::string file = it->path().filename().string();
    if (file != "sample.json" && file != "estimates.json") continue;
    const fs::path folder = it->path().parent_path();
    std::vector<std::string>& names = found[folder.parent_path().string()];
    const std::string name = folder.filename().string();
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  if (failed) return Error{ErrorCode::io, path, "", failed.message(), "name a folder that you may read"};
  if (found.empty()) return no_results(path);
  std::vector<compare::CriterionFolder> folders;
  for (auto& benchmark : found) {
    const fs::path parent_path(benchmark.first);
    std::vector<std::string>& names = benchmark.second;
    std::sort(names.begin(), names.end());
    std::erase(names, "change");  // criterion's own comparison
    if (names.empty()) continue;
    const auto has = [&](const std::string& name) {
      return std::find(names.begin(), names.end(), name) != names.end();
    };
    const std::string chosen = has(baseline) ? baseline : has("new") ? "new" : names.front();
    // A path to one baseline's own folder names that one.
    const bool itself = fs::equivalent(parent_path / chosen, root, failed);
    const std::string name =
        itself ? parent_path.filename().string() : fs::relative(parent_path, root, failed).generic_string();
    Result<compare::CriterionFolder> folder = read_folder(parent_path / chosen, name);
    if (!folder.ok()) return folder.error();
    folders.push_back(*std::move(folder));
  }
  return reports::compare::read_criterion(folders, path);
}

}  // namespace

Result<compare::Measurements> load_measurements(const std::string& path, const std::string& baseline) {
  std::error_code failed;
  if (!is_standard_input(path) && fs::is_directory(path, failed)) {
    for (const char* name : {"results.json", "profile.json"}) {
      const fs::path file = fs::path(path) / name;
      if (fs::is_regular_file(file, failed)) return load_measurements(file.string());
    }
    return load_criterion(path, baseline);
  }
  if (!is_standard_input(path) && is_criterion_file(path) && fs::is_regular_file(path, failed)) {
    const fs::path folder = fs::absolute(path, failed).parent_path();
    Result<compare::CriterionFolder> one = read_folder(folder, folder.parent_path().filename().string());
    if (!one.ok()) return one.error();
    if (!one->sample.empty() || !one->estimates.empty()) return reports::compare::read_criterion({*one}, path);
  }
  const Result<std::string> text = read_input(path);
  if (!text.ok()) return text.error();
  return reports::compare::read_measurements(*text, input_name(path));
}

}  // namespace trm::bench
