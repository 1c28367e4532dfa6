#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "engine/format/safetensors.h"
#include "engine/import/tensor_file.h"
#include "engine/sys/mapped_file.h"
#include "tests/engine/support.h"

namespace test_mapped_file {

using trm::DType;
using trm::MappedFile;
using trm::SafetensorsFile;
using trm::TensorRef;
using trm::test::in_child;
using trm::test::spill;
using trm::test::TempDir;

namespace {

constexpr std::size_t kBytes = std::size_t{1} << 20;

std::string outcome(const trm::Status& status) {
  return status.ok() ? "unchanged" : status.error().text();
}

int sum_of(std::span<const std::byte> bytes) {
  int sum = 0;
  for (const std::byte b : bytes) sum += static_cast<int>(b);
  return sum;
}

}  // namespace

TEST_CASE("a mapped file that shrinks reads as zeros, and says that it was changed") {
  TempDir dir;
  const std::string changed =
      (dir / "f") + ": changed while it was read; fix: try again when nobody writes to it any more";
  for (const std::size_t left : {std::size_t{0}, std::size_t{5000}, kBytes - 1}) {
    CAPTURE(left);
    spill(dir / "f", std::string(kBytes, '\1'));
    // In a child: it takes over a signal.
    CHECK(in_child([&]() -> std::string {
            trm::survive_shrinking_files();
            const auto file = MappedFile::open(dir / "f");
            if (!file.ok()) return file.error().text();
            if (!file->unchanged().ok()) return "not changed yet";
            if (truncate((dir / "f").c_str(), static_cast<off_t>(left)) != 0) return "no truncate";
            std::vector<std::thread> readers;
            std::vector<int> sums(3);
            for (int& sum : sums) readers.emplace_back([&] { sum = sum_of(file->bytes()); });
            for (std::thread& reader : readers) reader.join();
            for (const int sum : sums) {
              if (sum != static_cast<int>(left)) return "read " + std::to_string(sum);
            }
            return outcome(file->unchanged());
          }) == changed);
  }
}

TEST_CASE("a mapped file that is written in place says that it was changed, without any signal") {
  TempDir dir;
  spill(dir / "f", "first content");
  struct stat info {};
  REQUIRE(stat((dir / "f").c_str(), &info) == 0);
  const auto file = MappedFile::open(dir / "f");
  REQUIRE(file.ok());
  CHECK(outcome(file->unchanged()) == "unchanged");
  std::filesystem::remove(dir / "f");  // replaced: the mapping keeps what it had
  spill(dir / "f", "other");
  CHECK(outcome(file->unchanged()) == "unchanged");
  const auto second = MappedFile::open(dir / "f");
  REQUIRE(second.ok());
  const timespec later[2] = {{info.st_mtim.tv_sec + 10, 0}, {info.st_mtim.tv_sec + 10, 0}};
  REQUIRE(utimensat(AT_FDCWD, (dir / "f").c_str(), later, 0) == 0);
  CHECK(outcome(second->unchanged()).find("changed while it was read") != std::string::npos);
}

TEST_CASE("a signal that has nothing to do with a mapped file ends the program as ever") {
  std::cout.flush();
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::signal(SIGBUS, SIG_DFL);
    trm::survive_shrinking_files();
    trm::survive_shrinking_files();  // twice is once
    std::raise(SIGBUS);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGBUS);
}

TEST_CASE("tensors of a file that shrinks are not written on") {
  TempDir dir;
  const std::size_t elements = kBytes;  // more than a piece
  const std::vector<float> values(elements, 1.0F);
  REQUIRE(
      write_safetensors(dir / "from", std::vector<TensorRef>{{"w", DType::f32, {elements}, values.data()}}, {}).ok());
  spill(dir / "to", "old");
  CHECK(in_child([&]() -> std::string {
          trm::survive_shrinking_files();
          const auto file = trm::TensorFile::open(dir / "from");
          if (!file.ok()) return file.error().text();
          const trm::TensorView& w = file->tensors()[0];
          const std::vector<TensorRef> out{{"w", w.dtype, w.shape, nullptr, read_mapped(w.data, file->mapping())}};
          if (truncate((dir / "from").c_str(), 9000) != 0) return "no truncate";
          const trm::Status verified = file->verify();
          const trm::Status written = write_safetensors(dir / "to", out, {});
          return verified.ok() || written.ok() ? "accepted" : verified.error().message + ", " + written.error().message;
        }) == "changed while it was read, changed while it was read");
  CHECK(trm::test::slurp(dir / "to") == "old");
  CHECK(dir.entries() == 2);
}

}  // namespace test_mapped_file
