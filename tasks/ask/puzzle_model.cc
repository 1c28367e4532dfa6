#include "tasks/ask/puzzle_model.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <vector>

#include "engine/json/json_object.h"
#include "engine/store/published_file.h"
#include "engine/store/row_list.h"
#include "engine/store/weight_choice.h"
#include "engine/sys/mapped_file.h"

namespace trm::tasks {

Result<PuzzleModelInfo> read_puzzle_model_info(const std::string& path) {
  Result<PublishedFile> file = open_published(path);
  if (!file.ok()) return file.error();
  PuzzleModelInfo out;
  out.name = std::filesystem::path(path).stem().string();
  out.path = path;
  out.config = file->config;
  out.info = std::move(file->info);
  const auto text = out.info.find("data");
  if (text == out.info.end()) return out;
  Result<JsonObject> json = JsonObject::parse(text->second, path + ": __metadata__.data");
  if (!json.ok()) return json.error();
  Result<PuzzleData> data = PuzzleData::read(*json);
  if (!data.ok()) return data.error();
  out.data = *std::move(data);
  return out;
}

bool is_puzzle_model(const std::string& path) {
  const Result<SafetensorsFile> file = SafetensorsFile::open(path);
  return file.ok() && is_published(*file);
}

Result<PuzzleModel> PuzzleModel::load(const std::string& path, const simd::Kernels<float>& kernels) {
  const Result<SafetensorsFile> opened = SafetensorsFile::open(path);
  if (!opened.ok()) return opened.error();
  if (opened->metadata().contains("vocabulary")) {
    return Error{ErrorCode::bad_input, path, "", "is a model that answers prompts, not puzzles",
                 "give it prompts, as in trm run MODEL \"fact 12\", or name a puzzle model"};
  }
  Result<PublishedFile> file = read_published(*opened);
  if (!file.ok()) return file.error();
  Result<CanvasModel> read = read_canvas_weights(file->config, file->file);
  if (!read.ok()) return read.error();
  auto model = std::make_unique<CanvasModel>(*std::move(read));
  const Result<const simd::Kernels<float>*> chosen = chosen_kernels(kernels, file->info, path);
  if (!chosen.ok()) return chosen.error();
  auto network = std::make_unique<CanvasNetwork<float>>(model->config, model->registry, model->weights.data(), **chosen,
                                                        Purpose::inference);
  return PuzzleModel(std::move(model), std::move(network), std::move(file->info));
}

Result<std::int32_t> PuzzleModel::row_of(std::size_t identifier) const {
  const std::size_t rows = std::max<std::size_t>(config().num_puzzle_identifiers, 1);
  const auto none = [&](const std::string& what, const std::string& fix) {
    return Error{ErrorCode::bad_input, path(), "", "has no row " + std::to_string(identifier) + ": " + what, fix};
  };
  const auto kept = info_.find(kPuzzleRows);
  if (kept == info_.end()) {
    if (identifier < rows) return static_cast<std::int32_t>(identifier);
    return none("its puzzle table has " + std::to_string(rows), "use --id 0 to " + std::to_string(rows - 1));
  }
  const Result<std::vector<std::size_t>> ids =
      parse_rows(kept->second, std::numeric_limits<std::int32_t>::max(), rows, path() + ": __metadata__.puzzle_rows");
  if (!ids.ok()) return ids.error();
  const auto found = std::ranges::find(*ids, identifier);
  if (found != ids->end()) return static_cast<std::int32_t>(found - ids->begin());
  return none("of its puzzle table only " + kept->second + " were kept",
              "name one of these, or convert the checkpoint again with --rows");
}

std::string PuzzleModel::hash() const {
  return model_->file.mapping().hash();
}

}  // namespace trm::tasks
