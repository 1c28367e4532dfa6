// What people bring in place of a file: each is named for what it is, by every reader that meets it.
#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "engine/format/safetensors.h"
#include "engine/sys/files.h"
#include "engine/sys/foreign.h"
#include "tests/engine/support.h"
#include "tests/engine/torch_image.h"

namespace test_foreign {

using namespace trm;
using namespace trm::test;
using namespace std::string_literals;

namespace {

std::string what(const std::string& bytes) {
  const auto found = what_file_is(std::string_view(bytes));
  return found ? found->what : "unknown";
}

const std::string kPointer =
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 1822205258\n";
const std::string kIndex =
    R"({"metadata": {"total_size": 9}, "weight_map": {"a": "model-00001-of-00002.safetensors",
        "b": "model-00002-of-00002.safetensors", "c": "model-00001-of-00002.safetensors"}})";

}  // namespace

TEST_CASE("foreign files: told from their first bytes") {
  struct Case {
    std::string bytes, what;
  };
  for (const Case& c : {
           Case{"", "is empty"},
           Case{kPointer, "is a Git LFS pointer to 1,822,205,258 bytes, not the file itself"},
           Case{"version https://git-lfs.github.com/spec/v1\n", "is a Git LFS pointer, not the file itself"},
           Case{"<!DOCTYPE html><html>", "is a web page (HTML)"},
           Case{"\xEF\xBB\xBF\r\n  <HTML lang=en>", "is a web page (HTML)"},
           Case{"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", "is an XML document"},
           Case{"Entry not found", "is a server's answer, \"Entry not found\", not the file"},
           Case{"Invalid username or password.\n",
                "is a server's answer, \"Invalid username or password.\", not the file"},
           Case{"404: Not Found", "is a server's answer, \"404: Not Found\", not the file"},
           Case{"GGUF\3\0\0\0"s + std::string(16, '\0'), "is a GGUF file"},
           Case{"lmgg\1\0\0\0"s, "is a GGML file"},
           Case{"tjgg\1\0\0\0"s, "is a GGML file"},
           Case{"\x1F\x8B\x08\0\0\0\0\0"s, "is compressed by gzip"},
           Case{"\x28\xB5\x2F\xFD\x24\0\1\0"s, "is compressed by zstd"},
           Case{"\xFD"
                "7zXZ\0\0\4"s,
                "is compressed by xz"},
           Case{"BZh91AY&SY", "is compressed by bzip2"},
           Case{"step_1"s + std::string(251, '\0') + "ustar\00000", "is a tar archive"},
           Case{"\x93NUMPY\1\0"s, "is a numpy array (.npy)"},
           Case{zip_image({{"inputs.npy", "x"}}), "is an archive of numpy arrays (.npz)"},
           Case{"\x89HDF\r\n\x1A\n"s, "is an HDF5 file"},
           Case{"\x89PNG\r\n\x1A\n"s, "is a PNG picture"},
           Case{"\xFF\xD8\xFF\xE0"s, "is a JPEG picture"},
           Case{"%PDF-1.7", "is a PDF document"},
           Case{"\x7F"
                "ELF\2\1\1\0"s,
                "is a program (ELF)"},
           Case{"\x80\x05\x95\0\0"s, "is a pickle of Python (protocol 5)"},
           Case{"\x08\x08\x12\x07pytorch\x1A\x05"
                "2.1.0"s,
                "is an ONNX model"},
           // As onnx.helper.make_model() writes it: no producer, a graph at once.
           Case{"\x08\x0A\x3A\xA4\x02\x0A\x13\x0A\x01x\x0A\x01w\x12\x01y"s, "is an ONNX model"},
           Case{"\x08\x07\x12\0\x1A\0\x42\x02\x10\x0D\x3A\x05\x12\x03net"s, "is an ONNX model"},
           Case{"\x08\x09\x28\x01\x32\x02hi\x3A\x05\x12\x03net\x42\x02\x10\x11"s, "is an ONNX model"},
           Case{kIndex,
                "is the index of a checkpoint in 2 files: model-00001-of-00002.safetensors, "
                "model-00002-of-00002.safetensors"},
           // What has readers of its own, and what only looks a little like one of the above.
           Case{torch_zip(state_dict(""), ""), "unknown"},
           Case{kProto + "N.", "unknown"},
           Case{"{\"a\": 1}", "unknown"},
           Case{"53..7....6..195...", "unknown"},
           Case{"GGUF is a format", "unknown"},
           // Lengths of safetensors headers whose first bytes are those of ONNX.
           Case{"\x08\x0A\x3A\x05\0\0\0\0{\"a\":1}"s, "unknown"},
           Case{"\x08\x0A\x12\x05\0\0\0\0{\"a\":1}"s, "unknown"},
           Case{"\x08\x01\0\0\0\0\0\0{\"a\":1}"s, "unknown"},
           Case{"not found in the list: " + std::string(600, 'x'), "unknown"},
           Case{"source,question,answer,rating\n", "unknown"},
           Case{"arch:\n  L_layers: 2\n", "unknown"},
       }) {
    CAPTURE(c.what);
    CHECK(what(c.bytes) == c.what);
  }
}

TEST_CASE("foreign files: every beginning of one is named or unknown, never a fault") {
  for (const std::string& whole :
       {kPointer, kIndex, zip_image({{"inputs.npy", "x"}}), "\x08\x08\x12\x07pytorch\x3A\x85\x01\x12\x03net"s}) {
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) what(whole.substr(0, cut));
  }
}

TEST_CASE("foreign files: the readers of tensors and of texts say it") {
  const TempDir dir;
  const auto of = [&](const std::string& bytes, bool text) {
    const std::string path = dir / "file";
    REQUIRE(write_atomic(path, bytes).ok());
    std::string error = text ? read_text(path).error().text() : SafetensorsFile::open(path).error().text();
    return error.substr(path.size());
  };
  for (const bool text : {false, true}) {
    CHECK(of(kPointer, text) ==
          ": is a Git LFS pointer to 1,822,205,258 bytes, not the file itself; fix: git lfs pull");
    CHECK(of("<html>", text).starts_with(": is a web page (HTML); fix: download the file itself"));
    CHECK(of("\x1F\x8B\x08\0\0\0\0\0\xFF"s, text) == ": is compressed by gzip; fix: unpack it first, with gunzip");
    CHECK(of(kIndex, text).starts_with(": is the index of a checkpoint in 2 files: "));
  }
  CHECK(of("\xFF\xFEp\0"s, true) == ": is text in UTF-16; fix: save it as UTF-8");
  CHECK(of("{\"a\": 1, \"b\": 2}", false) ==
        ": is JSON, not a file of tensors; fix: give a checkpoint of torch.save, or safetensors");
  CHECK(of(torch_zip(state_dict(""), ""), false) ==
        ": is a checkpoint of torch.save, not safetensors; fix: make a model of it with trm convert");
}

TEST_CASE("a byte order mark is no part of a text") {
  const TempDir dir;
  REQUIRE(write_atomic(dir / "file", std::string_view("\xEF\xBB\xBF"
                                                      "fact 5\n"))
              .ok());
  CHECK(*read_text(dir / "file") == "fact 5\n");
  REQUIRE(write_atomic(dir / "file", std::string_view("\xEF\xBB\xBF")).ok());
  CHECK(read_text(dir / "file")->empty());
}

}  // namespace test_foreign
