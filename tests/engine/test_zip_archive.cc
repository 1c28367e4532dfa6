// Zip archives as torch.save writes them, and hostile ones, each with its exact error.
#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/import/crc32.h"
#include "engine/import/zip_archive.h"
#include "tests/engine/torch_image.h"

namespace test_zip_archive {

using trm::ZipArchive;
using namespace trm::test;

namespace {

const char* const kAgain = "; fix: fetch or write the file again";
const char* const kSave = "; fix: save it with torch.save, or pack it with zip -0";

std::string parse_error(std::string_view image) {
  const auto archive = ZipArchive::parse(bytes_of(image), "step_1");
  return archive.ok() ? "parsed" : archive.error().text();
}

// What the directory says of the second of two parts, changed.
std::string changed(const std::function<void(ZipPart&)>& change) {
  return zip_image({{"a", "first"}, {"b", "second"}}, {}, [&](ZipPart& p) {
    if (p.name == "b") change(p);
  });
}

// Both the local header and the directory say the same wrong thing.
std::string both(const std::function<void(ZipPart&)>& change) {
  ZipPart part("b", "second");
  change(part);
  return zip_image({{"a", "first"}, part});
}

std::string named(const std::string& name) {
  return zip_image({{"a", "first"}, {name, "second"}});
}

std::string with_end(const std::function<void(ZipEnd&)>& change) {
  ZipEnd end;
  change(end);
  return zip_image({{"a", "first"}, {"b", "second"}}, end);
}

template <class T>
std::string poked(std::string image, std::size_t at, T value) {
  std::memcpy(image.data() + at, &value, sizeof(T));
  return image;
}

struct Hostile {
  std::string image, error;  // the error without the file's name
};

std::vector<Hostile> hostile_archives() {
  using S = std::string;
  const S good = zip_image({{"a", "first"}, {"b", "second"}});  // local headers at 0 and 36, directory at 73
  const S zip64 = with_end([](ZipEnd& e) { e.zip64 = true; });  // its record at 167, its locator at 223
  const std::uint64_t far = UINT64_MAX - 10;
  return {
      // The end of the directory.
      {"", S("has no zip directory at its end") + kAgain},
      {"PK\x03\x04", S("has no zip directory at its end") + kAgain},
      {good.substr(0, good.size() - 1), S("has no zip directory at its end") + kAgain},
      {good + "x", S("has no zip directory at its end") + kAgain},
      {with_end([](ZipEnd& e) { e.disk = e.start_disk = 1; }), S("directory: spans several disks") + kSave},
      {with_end([](ZipEnd& e) { e.start_disk = 1; }), S("directory: spans several disks") + kSave},
      {poked<std::uint16_t>(good, good.size() - 14, 1), S("directory: spans several disks") + kSave},
      {with_end([](ZipEnd& e) { e.more_size = 1; }),
       S("directory: of 95 bytes at 73 does not end at its end record at 167") + kAgain},
      {with_end([](ZipEnd& e) { e.more_offset = 1; }),
       S("directory: of 94 bytes at 74 does not end at its end record at 167") + kAgain},
      {with_end([](ZipEnd& e) { e.more_offset = 1000; }),
       S("directory: of 94 bytes at 1073 does not end at its end record at 167") + kAgain},
      {with_end([](ZipEnd& e) { e.more_entries = 1; }), S("entry 2: is missing from the directory") + kAgain},
      {with_end([](ZipEnd& e) { e.more_entries = -1; }), S("directory: has 47 bytes after its last entry") + kAgain},
      {with_end([](ZipEnd& e) { e.behind_directory = "x"; }),
       S("directory: has 1 bytes after its last entry") + kAgain},
      // ZIP64.
      {poked<std::uint64_t>(zip64, 231, far), S("ZIP64 locator: leads to no ZIP64 directory record") + kAgain},
      {poked<std::uint64_t>(zip64, 231, 0), S("ZIP64 locator: leads to no ZIP64 directory record") + kAgain},
      {poked<std::uint64_t>(zip64, 171, 45),
       S("ZIP64 directory record: does not end where its locator begins") + kAgain},
      {poked<std::uint32_t>(zip64, 227, 1), S("directory: spans several disks") + kSave},
      {poked<std::uint32_t>(zip64, 239, 2), S("directory: spans several disks") + kSave},
      {poked<std::uint64_t>(zip64, 191, 1), S("directory: spans several disks") + kSave},
      {poked<std::uint64_t>(zip64, 215, far),
       S("directory: of 94 bytes at 18446744073709551605 does not end at its end record at 167") + kAgain},
      {poked<std::uint64_t>(zip64, 207, far),
       S("directory: of 18446744073709551605 bytes at 73 does not end at its end record at 167") + kAgain},
      {poked<std::uint64_t>(poked<std::uint64_t>(zip64, 191, far), 199, far),
       S("directory: has 18446744073709551605 entries, more than the limit of 65536; fix: check that this is a "
         "checkpoint")},
      {poked<std::uint16_t>(zip64, zip64.size() - 12, 3),
       S("directory: its ZIP64 record and its end record contradict each other") + kAgain},
      {changed([](ZipPart& p) { p.size = p.packed = 0xFFFFFFFF; }), S("b: lacks its ZIP64 sizes") + kAgain},
      {changed([](ZipPart& p) {
         p.size = 0xFFFFFFFF;
         p.extra = le<std::uint16_t>(1) + le<std::uint16_t>(4) + le<std::uint32_t>(6);
       }),
       S("b: lacks its ZIP64 sizes") + kAgain},
      {changed([](ZipPart& p) {
         p.size = 0xFFFFFFFF;
         p.extra = le<std::uint16_t>(1) + le<std::uint16_t>(9) + le<std::uint64_t>(6);
       }),
       S("b: lacks its ZIP64 sizes") + kAgain},
      {changed([](ZipPart& p) {
         p.size = p.packed = 0xFFFFFFFF;
         p.extra = le<std::uint16_t>(1) + le<std::uint16_t>(16) + le(UINT64_MAX - 10) + le(UINT64_MAX - 10);
       }),
       S("b: its 18446744073709551605 bytes at 36 exceed the data, which end at 73") + kAgain},
      {changed([](ZipPart& p) {
         p.local = 0xFFFFFFFF;
         p.extra = le<std::uint16_t>(1) + le<std::uint16_t>(8) + le(UINT64_MAX - 10);
       }),
       S("b: its header at 18446744073709551605 exceeds the data, which end at 73") + kAgain},
      // Places and sizes.
      {changed([](ZipPart& p) { p.local = 74; }), S("b: its header at 74 exceeds the data, which end at 73") + kAgain},
      {changed([](ZipPart& p) { p.local = 44; }), S("b: its header at 44 exceeds the data, which end at 73") + kAgain},
      {changed([](ZipPart& p) { p.local = 1; }), S("b: has no local header at 1") + kAgain},
      {changed([](ZipPart& p) { p.size = p.packed = 7; }),
       S("b: its 7 bytes at 36 exceed the data, which end at 73") + kAgain},
      {changed([](ZipPart& p) { p.packed = 5; }), S("b: is stored, but its sizes differ: 5 and 6") + kAgain},
      {changed([](ZipPart& p) { p.size = p.packed = 5; }),
       S("b: has another size or checksum in its local header") + kAgain},
      {changed([](ZipPart& p) { p.crc ^= 1; }), S("b: has another size or checksum in its local header") + kAgain},
      {changed([](ZipPart& p) { p.local = 0; }), S("b: has another name in its local header") + kAgain},
      {poked<std::uint16_t>(good, 36 + 26, 100), S("b: its 6 bytes at 36 exceed the data, which end at 73") + kAgain},
      {poked<std::uint16_t>(good, 36 + 28, 0xFFFF),
       S("b: its 6 bytes at 36 exceed the data, which end at 73") + kAgain},
      {poked<char>(good, 36 + 30, 'c'), S("b: has another name in its local header") + kAgain},
      {poked<std::uint16_t>(good, 36 + 8, 8), S("b: has other flags or another method in its local header") + kAgain},
      {poked<std::uint16_t>(good, 36 + 6, 8), S("b: has other flags or another method in its local header") + kAgain},
      {poked<std::uint16_t>(good, 73 + 28, 100), S("entry 0: exceeds the directory") + kAgain},
      // Overlaps and repetitions.
      {zip_image({{"a", "x"}, {"a", "y"}}), S("a: appears twice") + kAgain},
      {[] {
         // The first entry spans the second one: with a descriptor its local header need not say its size.
         ZipPart first("a", "first");
         first.flags = 8;
         return zip_image({first, {"b", "second"}}, {}, [](ZipPart& p) {
           if (p.name == "a") p.size = p.packed = 20;
         });
       }(),
       S("b: overlaps a") + kAgain},
      // What torch.save never writes.
      {both([](ZipPart& p) { p.flags = 1; }), S("b: is encrypted") + kSave},
      {both([](ZipPart& p) { p.flags = 1 << 13; }), S("b: is encrypted") + kSave},
      {both([](ZipPart& p) { p.flags = 1 << 5; }), S("b: has the unknown flags 32") + kSave},
      {both([](ZipPart& p) { p.method = 8; }), S("b: is compressed (method 8)") + kSave},
      {both([](ZipPart& p) { p.method = 99; }), S("b: is compressed (method 99)") + kSave},
      {poked<std::uint16_t>(good, 73 + 34, 1), S("a: is on another disk") + kSave},
      // Names.
      {named(""), S("entry 1: has an empty name") + kAgain},
      {named("/etc/passwd"), S("entry 1: has the name \"/etc/passwd\", an absolute path") + kAgain},
      {named("../b"), S("entry 1: has the name \"../b\", which leads upwards") + kAgain},
      {named("s/../../b"), S("entry 1: has the name \"s/../../b\", which leads upwards") + kAgain},
      {named("s/.."), S("entry 1: has the name \"s/..\", which leads upwards") + kAgain},
      {named("s//b"), S("entry 1: has the name \"s//b\" with an empty folder") + kAgain},
      {named("./b"), S("entry 1: has the name \"./b\" with an empty folder") + kAgain},
      {named("s/"), S("entry 1: has the name \"s/\", a folder; fix: pack only files (zip -D)")},
      {named("s\\b"), S("entry 1: has the name \"s\\\\b\" with a backslash") + kAgain},
      {named("s\nb"), S("entry 1: has the name \"s\\nb\" with a control character") + kAgain},
      {named(S("s\0b", 3)), S("entry 1: has the name \"s\\u0000b\" with a control character") + kAgain},
      {named("s\xFF"), S("entry 1: has a name that is not UTF-8") + kAgain},
      {named(S(1025, 'n')), S("entry 1: has a name of 1025 bytes") + kAgain},
  };
}

}  // namespace

TEST_CASE("zip: hostile archives") {
  const auto cases = hostile_archives();
  for (std::size_t i = 0; i < cases.size(); ++i) {
    CAPTURE(i);
    CHECK(parse_error(cases[i].image) == "step_1: " + cases[i].error);
  }
}

TEST_CASE("zip: archives of every legal form") {
  ZipPart described("b", "second");
  described.flags = 8 | 1 << 11;
  ZipPart long_sizes("c", "third");
  for (const bool zip64 : {false, true}) {
    for (const char* comment : {"", "a comment"}) {
      CAPTURE(zip64);
      ZipEnd end;
      end.zip64 = zip64;
      end.comment = comment;
      const std::string image = zip_image({{"s/a", "first"}, described, long_sizes, {"e", ""}}, end, [](ZipPart& p) {
        if (p.name != "c") return;
        p.extra = "xx" + le<std::uint16_t>(3) + "???" + le<std::uint16_t>(1) + le<std::uint16_t>(24) +
                  le<std::uint64_t>(5) + le<std::uint64_t>(5) + le<std::uint64_t>(p.local);
        p.size = p.packed = p.local = 0xFFFFFFFF;
      });
      const auto archive = ZipArchive::parse(bytes_of(image), "m");
      REQUIRE_MESSAGE(archive.ok(), archive.error().text());
      REQUIRE(archive->entries().size() == 4);
      CHECK(archive->entries()[0].name == "s/a");
      for (const auto& [name, data] : {std::pair{"s/a", "first"}, {"b", "second"}, {"c", "third"}, {"e", ""}}) {
        const auto* entry = archive->find(name);
        REQUIRE(entry != nullptr);
        CHECK(std::string_view(reinterpret_cast<const char*>(entry->data.data()), entry->data.size()) == data);
        CHECK(check_crc(*entry, trm::crc32(entry->data), "m").ok());
      }
      CHECK(archive->find("a") == nullptr);
    }
  }
}

TEST_CASE("zip: checksums") {
  const std::string image = zip_image({{"a", "first"}});
  const auto archive = ZipArchive::parse(bytes_of(image), "m");
  REQUIRE(archive.ok());
  trm::ZipEntry entry = *archive->find("a");
  CHECK(check_crc(entry, 1, "m").error().text() ==
        "m: a: is damaged: its checksum is 0x00000001, 0x9271ee57 was recorded; fix: fetch or write the file again");
  entry.crc32 = 0;  // torch.save was told to leave it out
  CHECK(check_crc(entry, 1, "m").ok());
}

TEST_CASE("zip: an archive that is cut or has a changed byte never reaches beyond itself") {
  ZipEnd end;
  end.zip64 = true;
  const std::string good = zip_image({{"s/a", "first"}, {"b", "second"}}, end);
  for (std::size_t cut = 0; cut < good.size(); ++cut) CHECK(parse_error(good.substr(0, cut)) != "parsed");
  std::size_t parsed = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string image = good;
      image[at] = static_cast<char>(value);
      const auto archive = ZipArchive::parse(bytes_of(image), "m");
      if (!archive.ok()) continue;
      ++parsed;
      for (const auto& entry : archive->entries()) {
        REQUIRE(entry.data.data() >= bytes_of(image).data());
        REQUIRE(entry.data.data() + entry.data.size() <= bytes_of(image).data() + image.size());
      }
    }
  }
  CHECK(parsed > 0);
}

TEST_CASE("crc32: the published check value, and pieces of every length") {
  CHECK(trm::crc32(bytes_of("123456789")) == 0xCBF43926);
  CHECK(trm::crc32({}) == 0);
  std::string data;
  for (int i = 0; i < 100; ++i) data += static_cast<char>(37 * i);
  const auto whole = bytes_of(data);
  std::uint32_t slow = ~0U;
  for (const std::byte b : whole) {
    slow ^= static_cast<std::uint32_t>(b);
    for (int bit = 0; bit < 8; ++bit) slow = (slow >> 1) ^ ((slow & 1) != 0 ? 0xEDB88320U : 0U);
  }
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    CAPTURE(cut);
    CHECK(trm::crc32(whole.subspan(cut), trm::crc32(whole.first(cut))) == ~slow);
  }
}

}  // namespace test_zip_archive
