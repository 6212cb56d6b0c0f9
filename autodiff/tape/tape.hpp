#pragma once

#include <cstdint>
#include <memory>
#include <source_location>
#include <span>
#include <string>
#include <vector>

#include <descent/autodiff/tensor/tensor.hpp>

namespace descent::inline v1 {

class Record;

/// What a tape is opened for; it decides what is kept of each call.
enum class Purpose : std::uint8_t {
  reverse,  ///< what the vjps declare, for gradients
  forward,  ///< nothing: tangents are computed as calls are recorded
  program,  ///< every call on this thread with its constants, and no values: to print, draw and export
  batch,    ///< nothing: a call on examples is computed at once, as a call on their whole batches (`vmap`)
};

/// Counts of a tape, and of each op on it.
struct TapeStats {
  struct PerOp {
    std::string name;
    Index entries = 0;
    Index bytes_kept = 0;
  };
  Index entries = 0;
  Index values = 0;
  Index bytes_kept = 0;      ///< tensors that only the tape's rules need; each counted once
  Index calls_again = 0;     ///< run in reverse sweeps for values that a limit had let go
  Index bytes_tape = 0;      ///< the record itself
  std::vector<PerOp> by_op;  ///< most bytes first, then by name
};

/// A flat, append-only list of the calls that concern watched tensors. Explicit, the shape the textbooks draw:
///
///   Tape tape;
///   Tensor w = tape.watch(w0);
///   Tensor cost = mean(square(matmul(x, w) - y));
///   Tensor slope = tape.gradient(cost, w);
///
/// ownership  holds what the rules of its calls declare (`Keep`), until it is cleared or destroyed
/// threads    belongs to the thread that opened it; an op that meets a tensor watched by another thread's open tape throws TapeError
/// nesting    an op is recorded by every open tape that knows one of its inputs; a tape's own sweep is not recorded on itself
/// lifetime   a tensor that outlives its tape is a plain value; asking a tape about it is a TapeError
/// cost       a recorded scalar call takes under 160 bytes, and a reverse sweep is one loop, whatever the depth
class Tape {
 public:
  explicit Tape(Purpose purpose = Purpose::reverse);
  Tape(Tape&&) noexcept;
  Tape& operator=(Tape&&) noexcept;
  ~Tape();

  /// The same value, known to this tape. throws DtypeError: not floating; ValueError: absent
  Tensor watch(const Tensor& x, std::source_location where = std::source_location::current());
  /// On a forward tape: the value with its tangent. throws ShapeError: the tangent's shape or dtype is not x's
  Tensor watch(const Tensor& x, const Tensor& tangent, std::source_location where = std::source_location::current());

  /// A budget for the values that the rules need: of more, those are let go that cost least to compute again, which the reverse
  /// sweep does when it comes to them, to the same bits. What one rule reads, and the constants of all calls, are held whatever the limit.
  /// cost    of a chain of 10,000 calls, in room for 100 of its values 1.7 forward runs more, for 10 of them 6 (measured)
  /// throws  TapeError: not a reverse tape, or something is watched already; ValueError: negative
  void limit(Index bytes, std::source_location where = std::source_location::current());

  bool knows(const Tensor& x) const;
  /// The same value, unknown to this tape; other tapes still know it.
  Tensor plain(const Tensor& x) const;

  /// d cost / d x for a cost of one element; zeros where the cost does not depend on x. May be called again.
  /// throws  ShapeError: cost has more than one element; TapeError: cost or x is not of this tape, or the tape is not a reverse one
  Tensor gradient(const Tensor& cost, const Tensor& x, std::source_location where = std::source_location::current());
  std::vector<Tensor> gradient(const Tensor& cost, std::span<const Tensor> xs,
                               std::source_location where = std::source_location::current());
  /// sum_k ct[k]^T d ys[k] / d x for each x. ct[k] has the shape of ys[k].
  std::vector<Tensor> vjp(std::span<const Tensor> ys, std::span<const Tensor> cts, std::span<const Tensor> xs,
                          std::source_location where = std::source_location::current());
  /// On a forward tape: y's tangent; zeros where y does not depend on anything watched.
  Tensor tangent(const Tensor& y, std::source_location where = std::source_location::current());

  /// Forgets everything recorded; tensors known before become plain values.
  void clear();

  TapeStats stats() const;
  /// Graphviz: values as boxes with shape and dtype, calls as ellipses with their parameters.
  std::string to_dot() const;
  /// One line a call: "%3 = sum(%2) axes=all, keep_axes=false  f32[]".
  std::string to_string() const;

  Record& record() { return *record_; }  ///< for the interpreters
  const Record& record() const { return *record_; }

 private:
  std::unique_ptr<Record> record_;
};

}  // namespace descent::inline v1
