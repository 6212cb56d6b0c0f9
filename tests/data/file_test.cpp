#include <descent/data/file.hpp>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>
#include <span>

#include <descent/tests/catch.hpp>
#include <descent/tests/data/support.hpp>

using namespace descent;
using namespace descent::test;
using data::read_file;

namespace {

void write(const std::string& path, std::string_view first, std::string_view second = "") {
  const auto a = bytes(first);
  const auto b = bytes(second);
  const std::vector<std::span<const std::byte>> parts{a, b};
  data::write_atomically("save", path, parts);
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

}  // namespace

TEST_CASE("read_file: all of a file, with a cap", "[data]") {
  const Folder folder;
  spit(folder / "five", "abcde");
  spit(folder / "empty", "");
  CHECK(read_file("who", folder / "five", 5) == bytes("abcde"));
  CHECK(read_file("who", folder / "empty", 0).empty());
  CHECK(sentence_of<FormatError>([&] { read_file("who", folder / "five", 4); }) ==
        "who: '" + (folder / "five") + "' has 5 bytes; at most 4 are read");
  CHECK(sentence_of<FileError>([&] { read_file("who", folder / "none", 4); }) ==
        "who: cannot open '" + (folder / "none") + "': No such file or directory");
  CHECK(sentence_of<FileError>([&] { read_file("who", folder.path().string(), 1 << 20); }) ==
        "who: cannot read '" + folder.path().string() + "': Is a directory");
}

TEST_CASE("read_file: a source without a size or without an end", "[data]") {
  if (!std::filesystem::exists("/dev/zero")) return;
  CHECK(sentence_of<FormatError>([] { read_file("who", "/dev/zero", 1000); }) ==
        "who: '/dev/zero' has more than 1000 bytes; at most 1000 are read");
  CHECK(read_file("who", "/dev/null", 1000).empty());
}

TEST_CASE("write_atomically: writes the parts in order and leaves nothing beside them", "[data]") {
  const Folder folder;
  write(folder / "x", "ab", "cd");
  CHECK(slurp(folder / "x") == "abcd");
  write(folder / "x", "", "e");
  CHECK(slurp(folder / "x") == "e");
  write(folder / "x", "");
  CHECK(slurp(folder / "x").empty());
  CHECK(folder.entries() == 1);
}

TEST_CASE("write_atomically: modes and links", "[data]") {
  const Folder folder;
  const mode_t umask_before = ::umask(027);
  write(folder / "new", "x");
  ::umask(umask_before);
  CHECK(mode_of(folder / "new") == 0640);

  ::chmod((folder / "new").c_str(), 0604);
  write(folder / "new", "y");
  CHECK(mode_of(folder / "new") == 0604);

  std::filesystem::create_symlink(folder / "new", folder / "link");
  write(folder / "link", "z");
  CHECK(std::filesystem::is_symlink(folder / "link"));
  CHECK(slurp(folder / "new") == "z");
}

TEST_CASE("write_atomically: a failure names the path and changes nothing", "[data]") {
  const Folder folder;
  CHECK(sentence_of<FileError>([&] { write(folder / "none/x", "a"); }) ==
        "save: cannot open the folder of '" + (folder / "none/x") + "': No such file or directory");
  CHECK(sentence_of<FileError>([&] { write(folder.path().string(), "a"); }) ==
        "save: cannot write '" + folder.path().string() + "': it is a folder or a device, not a file");
  CHECK(sentence_of<FileError>([&] { write("/dev/null", "a"); }) ==
        "save: cannot write '/dev/null': it is a folder or a device, not a file");
  CHECK(sentence_of<FileError>([&] { write(folder / std::string(300, 'n'), "a"); }).ends_with("File name too long"));
  CHECK(folder.entries() == 0);
}

TEST_CASE("write_atomically: a full disk leaves the old file", "[data]") {
  const Folder folder;
  write(folder / "x", "old");
  const std::string big(1 << 16, 'b');
  const pid_t child = ::fork();  // a limit on file sizes stands in for a full disk
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, 4096};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const std::string sentence = sentence_of<FileError>([&] { write(folder / "x", big); });
    ::_exit(sentence == "save: cannot write '" + (folder / "x") + "': File too large" ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  CHECK(status == 0);
  CHECK(slurp(folder / "x") == "old");
  CHECK(folder.entries() == 1);
}

TEST_CASE("write_atomically: several writers of one path", "[data]") {
  const Folder folder;
  std::vector<pid_t> children;
  for (char id = 'a'; id < 'e'; ++id) {
    const pid_t child = ::fork();
    if (child == 0) {
      const std::string text(5000, id);
      for (int i = 0; i < 20; ++i) write(folder / "x", text);
      ::_exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
  }
  const std::string last = slurp(folder / "x");
  CHECK(last == std::string(5000, last.at(0)));
  CHECK(folder.entries() == 1);
}
