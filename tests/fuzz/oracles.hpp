#pragma once

#include <span>

#include <descent/tests/fuzz/program.hpp>

// What must hold of any program.

namespace descent::fuzz {

/// What an oracle found.
struct Verdict {
  enum class Kind { holds, fails, says_nothing } kind = Kind::holds;
  std::string why = {};  ///< both numbers, or what was thrown
};

struct Oracle {
  const char* name;
  bool bits;  ///< it compares bits, so that it is worth its time on large shapes too
  Verdict (*check)(const Program& program);
};

/// again         the bits of the gradient a second time, by one leaf alone, and where each value is kept to the end
/// adjoint       <u, J t> = <J^T u, t>
/// differences   the derivative of the cost along a direction against five-point differences, on smooth programs
/// vmap          a batch of 3, of some leaves or all, against a loop: outputs, gradient, gradient through vmap, second gradient, and on
///               small programs a batch of batches
/// checkpoint    the gradient with checkpoints against that without
/// nested        on small programs: the gradient of the gradient's squared norm, and the second derivative by jvp of jvp, against the
///               Hessian's product with a direction
/// threads       the bits of outputs and gradient at 1, 2, 3 and 7 threads
/// limit         the bits of the gradient on a tape with little room, or none
/// file          the bits of the outputs when the calls have been saved and loaded
/// f32           again, threads, limit, compile and checkpoint of the program in f32
/// compile       the bits of outputs and gradient when they are replayed, fused and not, and of the gradient of a compiled cost
std::span<const Oracle> oracles();

/// The oracle's verdict; an Error that it throws is a failure.
Verdict verdict(const Oracle& oracle, const Program& program);

}  // namespace descent::fuzz
