#include <descent/autodiff/tape/recipients.hpp>

#include <algorithm>
#include <utility>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tape/open_tapes.hpp>

namespace descent::inline v1 {
namespace {

/// Calls f with each open, recording record that knows x.
template <class F> void each_recording(const Tensor& x, F f) {
  const storage::Node& node = *x.node();
  if (node.tape == 0) return;
  const auto visit = [&](std::uint64_t generation) {
    if (Lowering::hides(generation)) return;
    Record* record = find_open(generation);
    if (record != nullptr && record->recording()) f(*record);
  };
  visit(node.tape);
  for (const storage::MoreMarks* more = node.more; more != nullptr; more = more->next) visit(more->mark.tape);
}

/// The open batch record that x is an example of; null where it is none.
Record* vmap_of(const Tensor& x) {
  Record* found = nullptr;
  if (x.node()->data == nullptr)
    each_recording(x, [&](Record& record) {
      if (record.purpose == Purpose::batch) found = &record;
    });
  return found;
}

}  // namespace

Recipients::Recipients(const Op& op, std::span<const Tensor> in) {
  for (Record* program = thread_tapes.newest_program; program != nullptr; program = program->older_program())
    if (program->recording() && !Seal::closes(*program) && !Lowering::hides(program->generation())) add(*program);
  for (const Tensor& x : in)
    each_recording(x, [&](Record& record) {
      if (!op.stops || !record.differentiates()) add(record);
    });
  if (batch_ != nullptr)
    count_ = std::remove_if(records_.begin(), records_.begin() + count_,
                            [this](const Record* record) { return record->generation() <= batch_->generation(); }) -
             records_.begin();
  if (count_ > 1)
    std::sort(records_.begin(), records_.begin() + count_, [](const Record* a, const Record* b) {
      return std::pair(a->purpose == Purpose::forward, a->generation()) < std::pair(b->purpose == Purpose::forward, b->generation());
    });
}

void Recipients::add(Record& record) {
  if (Seal::closes(record)) {
    if (thread_tapes.sealed_sentence == nullptr) return;
    throw TapeError(thread_tapes.sealed_sentence);
  }
  const auto end = records_.begin() + count_;
  if (std::find(records_.begin(), end, &record) != end) return;
  if (count_ == static_cast<std::ptrdiff_t>(records_.size())) throw TapeError("tape: more than 32 nested open tapes know one tensor");
  records_[static_cast<std::size_t>(count_++)] = &record;
  if (record.purpose == Purpose::batch && (batch_ == nullptr || record.generation() > batch_->generation())) batch_ = &record;
}

Tensor open_batch_of(const Tensor& x) {
  const Record* record = vmap_of(x);
  return record == nullptr ? Tensor() : record->batch_of(x);
}

Tensor unrecorded(const Tensor& x) {
  if (Record* record = vmap_of(x)) return record->example_of(unrecorded(record->batch_of(x)));
  return Tensor::adopt(storage::view(x.node(), x.shape()));
}

bool differentiated(const Tensor& x) {
  bool found = false;
  each_recording(x, [&](Record& record) { found = found || record.differentiates(); });
  return found;
}

bool recorded(const Tensor& x) {
  bool found = false;
  if (tape_open() && x.present()) each_recording(x, [&](Record&) { found = true; });
  return found;
}

}  // namespace descent::inline v1
