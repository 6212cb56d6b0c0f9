#include <cstdlib>
#include <filesystem>
#include <string>

#include <descent/autodiff/tape/tape.hpp>
#include <descent/data/tape_file.hpp>
#include <descent/tests/fuzz/checks.hpp>

namespace descent::fuzz {
namespace {

/// A name in the folder of temporary files that no other process has, removed at the end.
class TemporaryName {
 public:
  TemporaryName() {
    std::string folder = (std::filesystem::temp_directory_path() / "descent_fuzz_XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr)
      throw std::filesystem::filesystem_error("mkdtemp", std::error_code(errno, std::generic_category()));
    folder_ = folder;
  }
  ~TemporaryName() { std::filesystem::remove_all(folder_); }
  TemporaryName(const TemporaryName&) = delete;
  TemporaryName& operator=(const TemporaryName&) = delete;

  std::string path() const { return folder_ / "tape.safetensors"; }

 private:
  std::filesystem::path folder_;
};

}  // namespace

Verdict files(const Program& program) {
  static const TemporaryName name;
  const Tensors leaves = program.leaves();
  const RunOptions plain{.checkpoints = false};  // a checkpoint holds a function
  {
    Tape tape(Purpose::program);
    Tensors watched;
    for (const Tensor& leaf : leaves) watched.push_back(tape.watch(leaf));
    save_tape(name.path(), tape, run(program, watched, plain));
  }
  return judged(different_bits("output of the loaded tape", load_tape(name.path())(leaves), run(program, leaves, plain)));
}

}  // namespace descent::fuzz
