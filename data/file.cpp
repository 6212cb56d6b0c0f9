#include <descent/data/file.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <system_error>
#include <utility>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1::data {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 30;  // Linux moves at most 2 GiB a call

/// The sentence of a refused call; `errno` is read first.
[[noreturn]] void fail(const std::string& who, const char* what, const std::string& path) {
  const std::string reason = std::generic_category().message(errno);
  throw FileError(who + ": cannot " + what + " '" + path + "': " + reason);
}

/// A file descriptor, closed when it goes.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }

  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }
  bool close() { return ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_;
};

/// Calls `call` again for as long as a signal interrupts it.
auto uninterrupted(auto call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

int open_file(const char* path, int flags, mode_t mode = 0) {
  return uninterrupted([&] { return ::open(path, flags | O_CLOEXEC, mode); });
}

/// What a path means: where the bytes really go, which folder that is, and the mode to give them.
struct Target {
  std::string path;
  std::string folder;
  bool exists = false;
  mode_t mode = 0;
};

Target resolve(const std::string& who, const std::string& path) {
  Target target{path, ".", false, 0};
  if (const std::unique_ptr<char, decltype(&std::free)> real{::realpath(path.c_str(), nullptr), &std::free}) target.path = real.get();
  if (const auto slash = target.path.rfind('/'); slash != std::string::npos) target.folder = target.path.substr(0, slash + 1);

  struct stat status {};
  target.exists = ::stat(target.path.c_str(), &status) == 0;
  if (!target.exists) return target;
  if (!S_ISREG(status.st_mode)) throw FileError(who + ": cannot write '" + path + "': it is a folder or a device, not a file");
  target.mode = status.st_mode & 07777;
  return target;
}

/// A new file beside the target, removed when it goes unless it was renamed.
class Temporary {
 public:
  Temporary(const std::string& who, const std::string& path, const Target& target) : file_(create(target.folder)) {
    if (!file_.open()) fail(who, "create a file beside", path);
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    if (!renamed_) ::unlink(name_.c_str());
  }

  bool write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const auto written = uninterrupted([&] { return ::write(file_.get(), bytes.data(), std::min(bytes.size(), kChunk)); });
      if (written < 0) return false;
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return true;
  }
  bool set_mode(mode_t mode) { return ::fchmod(file_.get(), mode) == 0; }
  bool sync_and_close() {
    return uninterrupted([&] { return ::fsync(file_.get()); }) == 0 && file_.close();
  }
  bool rename_to(const std::string& path) { return renamed_ = ::rename(name_.c_str(), path.c_str()) == 0; }

 private:
  /// A name no other thread or process has; the kernel settles a tie, and the next number is tried.
  int create(const std::string& folder) {
    static std::atomic<unsigned> count{0};
    int fd = -1;
    do {
      name_ = folder + (folder.back() == '/' ? "" : "/") + ".descent-" + std::to_string(::getpid()) + "-" + std::to_string(count++);
      fd = open_file(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0666);  // less the umask
    } while (fd < 0 && errno == EEXIST);
    return fd;
  }

  std::string name_;
  Descriptor file_;
  bool renamed_ = false;
};

}  // namespace

std::vector<std::byte> read_file(const std::string& who, const std::string& path, std::uint64_t max_bytes) {
  const Descriptor file(open_file(path.c_str(), O_RDONLY));
  if (!file.open()) fail(who, "open", path);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail(who, "read", path);

  const auto too_large = [&](const std::string& size) {
    return FormatError(who + ": '" + path + "' has " + size + " bytes; at most " + std::to_string(max_bytes) + " are read");
  };
  const auto stated = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));  // 0 for a pipe
  if (stated > max_bytes) throw too_large(std::to_string(stated));

  std::vector<std::byte> bytes(static_cast<std::size_t>(stated) + 1);  // one more, to see that the end is the end
  std::size_t size = 0;
  for (;;) {
    const auto got = uninterrupted([&] { return ::read(file.get(), bytes.data() + size, std::min(bytes.size() - size, kChunk)); });
    if (got < 0) fail(who, "read", path);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    if (size > max_bytes) throw too_large("more than " + std::to_string(max_bytes));
    if (size == bytes.size()) bytes.resize(2 * size);
  }
  bytes.resize(size);
  return bytes;
}

void write_atomically(const std::string& who, const std::string& path, std::span<const std::span<const std::byte>> parts) {
  const Target target = resolve(who, path);
  const Descriptor folder(open_file(target.folder.c_str(), O_RDONLY | O_DIRECTORY));
  if (!folder.open()) fail(who, "open the folder of", path);

  Temporary temporary(who, path, target);
  for (const auto part : parts)
    if (!temporary.write(part)) fail(who, "write", path);
  if (target.exists && !temporary.set_mode(target.mode)) fail(who, "set the mode of", path);
  if (!temporary.sync_and_close()) fail(who, "write", path);
  if (!temporary.rename_to(target.path)) fail(who, "replace", path);
  // The rename outlives a power cut once the folder is synced; file systems that cannot say so are left alone.
  if (uninterrupted([&] { return ::fsync(folder.get()); }) != 0 && errno != EINVAL && errno != ENOTSUP)
    fail(who, "sync the folder of", path);
}

}  // namespace descent::inline v1::data
