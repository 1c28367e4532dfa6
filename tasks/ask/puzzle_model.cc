#include "tasks/ask/puzzle_model.h"

#include <filesystem>

#include "engine/json/json_object.h"
#include "engine/store/published_file.h"
#include "engine/sys/mapped_file.h"

namespace trm::tasks {

Result<PuzzleContestant> open_puzzle_contestant(const std::string& path) {
  Result<PublishedFile> file = open_published(path);
  if (!file.ok()) return file.error();
  PuzzleContestant out;
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

Result<LoadedPuzzleModel> LoadedPuzzleModel::load(const std::string& path, const simd::Kernels<float>& kernels) {
  const Result<PublishedFile> file = open_published(path);
  if (!file.ok()) return file.error();
  Result<CanvasModel> read = read_canvas_weights(file->config, file->file);
  if (!read.ok()) return read.error();
  auto model = std::make_unique<CanvasModel>(*std::move(read));
  auto network = std::make_unique<CanvasNetwork<float>>(model->config, model->registry, model->weights.data(), kernels,
                                                        Purpose::inference);
  return LoadedPuzzleModel(std::move(model), std::move(network));
}

Result<std::string> puzzle_model_hash(const std::string& path) {
  const Result<SafetensorsFile> file = SafetensorsFile::open(path);
  if (!file.ok()) return file.error();
  return file->mapping().hash();
}

}  // namespace trm::tasks
