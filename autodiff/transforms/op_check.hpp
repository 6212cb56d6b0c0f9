#pragma once

#include <string>
#include <vector>

#include <descent/autodiff/tape/op.hpp>

// The universal test of an op, for the library's own ops and for a user's. It needs nothing but the op: its samples say
// what to try it on. No test framework here; a test prints the report.

namespace descent::inline v1 {

/// What a check may cost.
struct OpCheckOptions {
  std::vector<int> threads = {1, 2, 3, 7};  ///< results must have the same bits at each of these counts
  Index large = 100'000;                    ///< elements of the large inputs that are cut between threads; 0: none
};

/// What a check found: one sentence for each property that does not hold, none when all do.
struct OpReport {
  std::string op;
  Index checks = 0;  ///< comparisons made
  std::vector<std::string> failures;

  bool passed() const { return failures.empty(); }
};

/// "tanh: 412 checks passed", or a line for each failure.
std::string to_string(const OpReport& report);

/// Tries every property that an op's kind and declarations promise, on each of its samples and on variants of them.
///
/// values       declared against actual shape and dtype; abstract against real; f32 close to f64; integers accepted, or refused
///              with DtypeError, or with ValueError for their values; axes of size 0 and 1; other ranks; broadcasting against copies; the
///              same bits at any thread count, at a second call, at any position of an element, and when the inputs' memory may be reused;
///              inputs left as they were
/// derivatives  jvp against five-point differences; <ct, J t> = <J^T ct, t>; the same of the vjp itself, by nested tapes; the shape
///              and dtype of each primal; a zero cotangent absorbs, and the second derivative there is right
/// batches      under vmap values and derivatives are those of a loop, whichever inputs are batched
/// parameters   copied, listed, and set by name again
///
/// cost    some hundred calls of the op for each sample, and a few at `options.large` elements
/// throws  nothing of what the op throws: that is reported
OpReport check_op(const Op& op, const OpCheckOptions& options = {});

}  // namespace descent::inline v1
