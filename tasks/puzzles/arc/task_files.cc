#include "tasks/puzzles/arc/task_files.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "engine/sys/files.h"
#include "engine/sys/standard_input.h"
#include "tasks/base/words.h"
#include "tasks/puzzles/arc/task_json.h"

namespace trm::tasks::arc {
namespace {

namespace fs = std::filesystem;

/// ".json" in any case: ".JSON" comes from systems that do not tell them apart.
bool is_json(const fs::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return extension == ".json";
}

bool is_hidden(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.starts_with('.') || name == "__MACOSX";
}

Result<std::vector<fs::path>> json_files(const std::string& folder, std::vector<std::string>* notes) {
  std::vector<fs::path> files;
  std::size_t others = 0;
  std::string first_other;
  std::error_code error;
  fs::recursive_directory_iterator at(folder, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    std::error_code ignored;
    const bool directory = at->is_directory(ignored);
    if (is_hidden(at->path())) {
      if (directory) at.disable_recursion_pending();
    } else if (!directory && is_json(at->path())) {
      files.push_back(at->path());
    } else if (!directory) {
      const std::string name = at->path().filename().string();
      if (others++ == 0 || name < first_other) first_other = name;
    }
  }
  if (error) return Error{ErrorCode::io, folder, "", "cannot be listed: " + error.message(), "name another folder"};
  if (files.empty())
    return Error{ErrorCode::bad_input, folder, "", "holds no .json file", "name a folder of ARC tasks"};
  if (others > 0 && notes != nullptr) {
    notes->push_back(folder + ": " + std::to_string(others) + (others == 1 ? " file is" : " files are") +
                     " no .json and passed over: " + in_quotes(first_other) + (others == 1 ? "" : ", ..."));
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::vector<ArcTask>> load_folder(const std::string& folder, Solutions solutions,
                                         std::vector<std::string>* notes) {
  const Result<std::vector<fs::path>> files = json_files(folder, notes);
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
  const Result<std::string> text = read_input(file);
  if (!text) return text.error();
  const std::string name = input_name(file);
  Result<std::vector<ArcTask>> tasks = read_challenges(*text, name);
  if (!tasks) return tasks;
  if (const std::optional<std::string> beside = solutions_of(file)) {
    const Result<std::string> answers = read_text(*beside);
    if (!answers) return answers.error();
    if (Status status = add_solutions(*tasks, *answers, *beside); !status) return status.error();
  }
  if (solutions == Solutions::required)
    if (Status status = check_solved(*tasks, name); !status) return status.error();
  return tasks;
}

}  // namespace

Result<std::vector<ArcTask>> load_tasks(const std::string& path, Solutions solutions, std::vector<std::string>* notes) {
  std::error_code error;
  Result<std::vector<ArcTask>> tasks = !is_standard_input(path) && fs::is_directory(path, error)
                                           ? load_folder(path, solutions, notes)
                                           : load_challenges(path, solutions);
  if (tasks) std::sort(tasks->begin(), tasks->end(), [](const ArcTask& a, const ArcTask& b) { return a.id < b.id; });
  return tasks;
}

}  // namespace trm::tasks::arc
