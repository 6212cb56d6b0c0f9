#include <descent/autodiff/tape/tape.hpp>

#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tape/record.hpp>
#include <descent/autodiff/tape/reverse.hpp>
#include <descent/autodiff/tensor/create.hpp>

namespace descent::inline v1 {
namespace {

[[noreturn]] void reject(std::string sentence, std::source_location where) { throw TapeError(std::move(sentence), where); }

void require_watchable(const Tensor& x, std::source_location where) {
  if (x.absent()) throw ValueError("watch: the tensor is absent (default-constructed); give it a value first", where);
  if (!is_floating(x.dtype()))
    throw DtypeError("watch: the tensor is " + to_string(abstract_of(x)) + "; only f32 and f64 have derivatives, cast it first", where);
}

void require_known(const Record& record, const Tensor& x, const char* what, std::source_location where) {
  std::uint32_t slot = 0;
  if (!record.find(x, slot))
    reject(std::string(what) +
               " is not known to this tape: it was not computed from a watched tensor, or it belongs to another or a cleared tape; "
               "watch it before computing with it",
           where);
}

void require_purpose(const Record& record, Purpose purpose, const char* sentence, std::source_location where) {
  if (record.purpose != purpose) reject(sentence, where);
}

}  // namespace

Tape::Tape(Purpose purpose) : record_(std::make_unique<Record>(purpose)) {}
Tape::Tape(Tape&&) noexcept = default;
Tape& Tape::operator=(Tape&&) noexcept = default;
Tape::~Tape() = default;

Tensor Tape::watch(const Tensor& x, std::source_location where) {
  require_watchable(x, where);
  Tensor watched = record_->watch(x);
  if (record_->purpose == Purpose::forward) record_->tangents.push_back(Tensor());
  return watched;
}

Tensor Tape::watch(const Tensor& x, const Tensor& tangent, std::source_location where) {
  require_purpose(*record_, Purpose::forward,
                  "watch: a tangent was given to a tape that is not open for forward; use Tape(Purpose::forward)", where);
  require_watchable(x, where);
  if (tangent.absent() || abstract_of(tangent) != abstract_of(x))
    throw ShapeError("watch: the tangent is " + (tangent.absent() ? "absent" : descent::to_string(abstract_of(tangent))) + "; it must be " +
                         descent::to_string(abstract_of(x)) + " as the value is",
                     where);
  Tensor watched = record_->watch(x);
  record_->tangents.push_back(tangent);
  return watched;
}

void Tape::limit(Index bytes, std::source_location where) {
  require_purpose(*record_, Purpose::reverse, "limit: the tape is not open for reverse and keeps no values; only Tape() has a limit",
                  where);
  if (record_->values() != 0) reject("limit: a tensor is watched already; set the limit of a tape before its first watch", where);
  if (bytes < 0) throw ValueError("limit: " + std::to_string(bytes) + " bytes; give at least 0", where);
  record_->limit(bytes);
}

bool Tape::knows(const Tensor& x) const {
  std::uint32_t slot = 0;
  return record_->find(x, slot);
}

Tensor Tape::plain(const Tensor& x) const {
  if (!knows(x)) return x;
  Tensor result = Tensor::adopt(storage::view(x.node(), x.shape()));
  storage::copy_marks(*result.node(), *x.node(), record_->generation());
  return result;
}

Tensor Tape::gradient(const Tensor& cost, const Tensor& x, std::source_location where) {
  return std::move(gradient(cost, std::span(&x, 1), where)[0]);
}

std::vector<Tensor> Tape::gradient(const Tensor& cost, std::span<const Tensor> xs, std::source_location where) {
  if (cost.present() && cost.numel() != 1)
    throw ShapeError("gradient: the cost has shape " + descent::to_string(cost.shape()) +
                         "; a gradient needs one element, reduce it first or use vjp with a cotangent",
                     where);
  require_known(*record_, cost, "gradient: the cost", where);
  const Tensor one = ones_like(cost);
  return vjp(std::span(&cost, 1), std::span(&one, 1), xs, where);
}

std::vector<Tensor> Tape::vjp(std::span<const Tensor> ys, std::span<const Tensor> cts, std::span<const Tensor> xs,
                              std::source_location where) {
  require_purpose(*record_, Purpose::reverse, "gradient: the tape is not open for reverse; open it as Tape() to take gradients", where);
  if (ys.size() != cts.size())
    throw ValueError("vjp: " + std::to_string(ys.size()) + " results and " + std::to_string(cts.size()) + " cotangents; give one for each",
                     where);
  for (std::size_t k = 0; k < ys.size(); ++k)
    if (abstract_of(ys[k]) != abstract_of(cts[k]))
      throw ShapeError("vjp: cotangent " + std::to_string(k) + " is " + descent::to_string(abstract_of(cts[k])) + "; it must be " +
                           descent::to_string(abstract_of(ys[k])) + " as the result is",
                       where);
  for (const Tensor& x : xs) require_known(*record_, x, "gradient: the tensor to differentiate by", where);
  std::vector<Tensor> result = sweep_reverse(*record_, ys, cts, xs);
  for (std::size_t i = 0; i < result.size(); ++i)
    if (result[i].absent()) result[i] = zeros_like(xs[i]);
  return result;
}

Tensor Tape::tangent(const Tensor& y, std::source_location where) {
  require_purpose(*record_, Purpose::forward, "tangent: the tape is not open for forward; open it as Tape(Purpose::forward)", where);
  std::uint32_t slot = 0;
  if (!record_->find(y, slot) || record_->tangents[slot].absent()) return zeros_like(y);
  return record_->tangents[slot];
}

void Tape::clear() { record_->clear(); }

}  // namespace descent::inline v1
