#pragma once

#include <source_location>
#include <span>
#include <string>
#include <vector>

#include <descent/autodiff/tensor/tensor.hpp>

// Where a NaN or an infinity comes from.

namespace descent::inline v1 {

struct Op;
struct Call;

/// While one lives, this thread's computation is watched: the first op that gives a NaN, or an infinity of finite inputs, ends it with
/// an AnomalyError, forward, in a reverse sweep and in a forward one. Its sentence names the op, the element, the inputs there, whether the
/// op or its derivative made it, and the line that called the op, a sweep included.
///
///   const Anomaly watch;
///   auto [cost, slope] = value_and_grad(f)(model);
///   // log: its derivative gave inf at [2] of f64[4]; the cotangent there is 1, input 0 is 0 (train.cpp:41)
///
/// What a rule computes on its way is not judged, only what it gives: an infinite slope that a zero cotangent absorbs is no fault, and is
/// noted in absorbed().
///
/// nesting  the innermost watches
/// cost     one pass over every result; without an Anomaly, one comparison a call
class Anomaly {
 public:
  Anomaly();
  ~Anomaly();
  Anomaly(const Anomaly&) = delete;
  Anomaly& operator=(const Anomaly&) = delete;

  /// A zero cotangent that met a slope of NaN or infinity: the gradient is 0 there by rule, and the mathematics may differ.
  struct Absorbed {
    std::string op;              ///< whose slope it was
    std::source_location where;  ///< the line that called it
    std::vector<Index> index;    ///< of the first such element
    double slope;
    Index elements;  ///< how many there were in this call
  };
  /// The first 100.
  const std::vector<Absorbed>& absorbed() const { return absorbed_; }

  // For the interpreters.
  static Anomaly* current();
  /// throws AnomalyError: `out` has what its inputs, as they were before the call, do not explain
  void inspect(const Op& op, std::span<const Tensor> in, std::span<const Tensor> out, std::source_location where);
  /// A derivative that is being computed on this thread, of a call of `op` at `where`. Null op: none.
  struct Rule {
    const Op* op = nullptr;
    std::source_location where{};
  };
  class InRule {
   public:
    InRule(const Op& op, std::source_location where);
    ~InRule();
    InRule(const InRule&) = delete;
    InRule& operator=(const InRule&) = delete;

   private:
    Rule outer_;
  };
  /// throws AnomalyError: a cotangent or tangent that the rule gave is no finite number, and those that it was given are
  void inspect_rule(const Call& call, std::span<const Tensor> given, std::span<const Tensor> result, const char* what,
                    std::source_location where);

 private:
  void note_absorbed(const Tensor& ct, const Tensor& slope);

  Anomaly* outer_;
  Rule rule_;
  std::vector<Absorbed> absorbed_;
};

}  // namespace descent::inline v1
