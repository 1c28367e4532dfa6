#include "tasks/arc/task_files.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "engine/io/files.h"
#include "tasks/arc/task_json.h"

namespace trm::tasks::arc {
namespace {

namespace fs = std::filesystem;

Result<std::vector<fs::path>> json_files(const std::string& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  fs::recursive_directory_iterator at(folder, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error))
    if (at->path().extension() == ".json") files.push_back(at->path());
  if (error) return Error{ErrorCode::io, folder, "", "cannot be listed: " + error.message(), "name another folder"};
  if (files.empty())
    return Error{ErrorCode::bad_input, folder, "", "holds no .json file", "name a folder of ARC tasks"};
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::vector<ArcTask>> load_folder(const std::string& folder, Solutions solutions) {
  const Result<std::vector<fs::path>> files = json_files(folder);
  if (!files) return files.error();
  std::vector<ArcTask> tasks;
  for (const fs::path& path : *files) {
    const std::string file = path.string();
    const Result<std::string> text = read_text(file);
    if (!text) return text.error();
    Result<ArcTask> task = read_task(*text, file, path.stem().string());
    if (!task) return task.error();
    tasks.push_back(*std::move(task));
    if (solutions == Solutions::optional) continue;
    if (Status status = check_solved({&tasks.back(), 1}, file); !status) return status.error();
  }
  return tasks;
}

/// The file of solutions that belongs to a file of challenges, if there is one.
std::optional<std::string> solutions_of(const fs::path& challenges) {
  const std::string challenges_word = "challenges", solutions_word = "solutions";
  std::string name = challenges.filename().string();
  const std::size_t at = name.rfind(challenges_word);
  if (at == std::string::npos) return std::nullopt;
  const fs::path file = challenges.parent_path() / name.replace(at, challenges_word.size(), solutions_word);
  std::error_code error;
  if (!fs::exists(file, error)) return std::nullopt;
  return file.string();
}

Result<std::vector<ArcTask>> load_challenges(const std::string& file, Solutions solutions) {
  const Result<std::string> text = read_text(file);
  if (!text) return text.error();
  Result<std::vector<ArcTask>> tasks = read_challenges(*text, file);
  if (!tasks) return tasks;
  if (const std::optional<std::string> beside = solutions_of(file)) {
    const Result<std::string> answers = read_text(*beside);
    if (!answers) return answers.error();
    if (Status status = add_solutions(*tasks, *answers, *beside); !status) return status.error();
  }
  if (solutions == Solutions::required)
    if (Status status = check_solved(*tasks, file); !status) return status.error();
  return tasks;
}

}  // namespace

Result<std::vector<ArcTask>> load_tasks(const std::string& path, Solutions solutions) {
  std::error_code error;
  Result<std::vector<ArcTask>> tasks =
      fs::is_directory(path, error) ? load_folder(path, solutions) : load_challenges(path, solutions);
  if (tasks) std::sort(tasks->begin(), tasks->end(), [](const ArcTask& a, const ArcTask& b) { return a.id < b.id; });
  return tasks;
}

}  // namespace trm::tasks::arc
