#include "bench/compare/history_folder.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "engine/sys/files.h"

namespace trm::bench {
namespace {

namespace fs = std::filesystem;
namespace compare = reports::compare;

Result<std::vector<std::string>> files_of(const std::string& folder) {
  std::error_code failed;
  std::vector<std::string> files;
  for (fs::directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed)) {
    if (it->path().extension() == ".json" && !it->path().filename().string().starts_with('.'))
      files.push_back(it->path().string());
  }
  if (failed) {
    return Error{ErrorCode::bad_input, folder, "", failed.message(),
                 "name a folder of a history; trm compare RESULTS --history DIR --add begins one"};
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Result<std::vector<compare::HistoryEntry>> read_history(const std::string& folder) {
  const Result<std::vector<std::string>> files = files_of(folder);
  if (!files.ok()) return files.error();
  std::vector<compare::HistoryEntry> out;
  for (const std::string& file : *files) {
    const Result<std::string> text = read_text(file);
    if (!text.ok()) return text.error();
    Result<compare::HistoryEntry> entry = reports::compare::read_history_entry(*text, file);
    if (!entry.ok()) return entry.error();
    out.push_back(*std::move(entry));
  }
  return out;
}

Result<std::string> add_to_history(const std::string& folder, const compare::HistoryEntry& entry) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) return Error{ErrorCode::io, folder, "--history", failed.message(), "name a folder that you own"};
  const std::string path = (fs::path(folder) / history_file_name(entry)).string();
  if (Status s = write_atomic(path, history_text(entry)); !s.ok()) return s.error();
  return path;
}

}  // namespace trm::bench
