#include <descent/autodiff/tape/tape.hpp>
#include <descent/data/tape_file.hpp>
#include <descent/tests/data/support.hpp>
#include <descent/tests/fuzz/checks.hpp>

namespace descent::fuzz {

Verdict files(const Program& program) {
  static const test::Folder folder;
  const std::string path = folder / "tape.safetensors";
  const Tensors leaves = program.leaves();
  const RunOptions plain{.checkpoints = false};  // a checkpoint holds a function
  {
    Tape tape(Purpose::program);
    Tensors watched;
    for (const Tensor& leaf : leaves) watched.push_back(tape.watch(leaf));
    save_tape(path, tape, run(program, watched, plain));
  }
  return judged(different_bits("output of the loaded tape", load_tape(path)(leaves), run(program, leaves, plain)));
}

}  // namespace descent::fuzz
