#include "tasks/ask/model_use.h"

#include <algorithm>
#include <sstream>

#include "tasks/registry.h"
#include "tasks/task/task.h"

namespace trm::tasks {
namespace {

Error bad(const Model& model, const char* key, std::string message) {
  return Error{ErrorCode::bad_input, model.path, std::string("__metadata__.") + key, std::move(message),
               "use a model that trm train wrote with these tasks"};
}

}  // namespace

bool ModelUse::answers(std::string_view task) const {
  return tasks.empty() || std::find(tasks.begin(), tasks.end(), task) != tasks.end();
}

std::string ModelUse::mode() const {
  return on_machine() ? "machine" : std::string(encoding_name(encoding));
}

Result<ModelUse> model_use(const Model& model) {
  ModelUse out;
  const auto encoding = model.info.find(kEncodingKey);
  if (encoding == model.info.end()) return out;
  const auto known = encoding_of(encoding->second);
  if (!known) {
    std::string names;
    for (const std::string_view name : kEncodingNames) names += (names.empty() ? "" : ", ") + std::string(name);
    return bad(model, kEncodingKey, "\"" + encoding->second + "\" is none of " + names);
  }
  out.encoding = *known;
  if (out.on_machine()) return out;
  const auto tasks = model.info.find(kTasksKey);
  std::istringstream names(tasks == model.info.end() ? "" : tasks->second);
  for (std::string name; names >> name;) {
    if (find_task(name) == nullptr) return bad(model, kTasksKey, "\"" + name + "\" is no task");
    out.tasks.push_back(name);
  }
  if (out.tasks.empty()) return bad(model, kTasksKey, "names no task");
  return out;
}

}  // namespace trm::tasks
