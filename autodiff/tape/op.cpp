#include <descent/autodiff/tape/op.hpp>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tape/anomaly.hpp>
#include <descent/autodiff/tape/open_tapes.hpp>
#include <descent/autodiff/tape/recipients.hpp>
#include <descent/autodiff/tape/record.hpp>

namespace descent::inline v1 {
namespace {

[[noreturn]] void throw_absent(const Op& op) {
  throw ValueError(std::string(op.name) + ": an input is absent (default-constructed); give it a value first");
}

/// The results of a call on shapes alone. They stand in for memory as the real ones would: a view for none of its own, and where
/// an element-wise kernel would write over an input, the result takes that one's place.
void infer(const Op& op, const void* params, std::span<Tensor> in, std::span<Tensor> out) {
  std::vector<Abstract> result(out.size());
  op.infer(op, params, abstracts_of(in), result);
  if (op.views && in[0].dtype() == result[0].dtype) {
    out[0] = Tensor::adopt(storage::view(in[0].node(), result[0].shape));
    return;
  }
  if (op.kind == Kind::pointwise)
    for (Tensor& x : in)
      if (storage::reusable(*x.node()) && abstract_of(x) == result[0]) {
        x = Tensor();
        break;
      }
  for (std::size_t k = 0; k < out.size(); ++k) out[k] = abstract_tensor(result[k].shape, result[k].dtype);
}

inline void compute(const Op& op, const void* params, std::span<Tensor> in, std::span<Tensor> out, bool abstract) {
  if (abstract) infer(op, params, in, out);
  else op.forward(op, params, in, out);
}

/// Marks go on handles that nobody else holds: an op may have returned one of its inputs.
inline void make_fresh(Tensor& x) {
  if (!storage::reusable(*x.node())) x = Tensor::adopt(storage::view(x.node(), x.shape()));
}

/// A call between the moment its inputs are seen and the moment its results are there. The op may take its inputs: what a
/// reverse or a program tape needs of them is put into its entry before, and what a forward tape needs is copied.
class PendingCall {
 public:
  PendingCall(const Op& op, const void* params, std::span<const Tensor> in, std::size_t outputs, std::span<Record* const> records,
              std::source_location where)
      : op_(op), params_(params), records_(records), where_(where) {
    for (; begun_ < records.size() && records[begun_]->purpose != Purpose::forward; ++begun_)
      entries_[begun_] = records[begun_]->begin(op, params, in, outputs, where);
    if (begun_ < records.size()) in_.assign(in.begin(), in.end());
  }
  ~PendingCall() {
    for (std::size_t i = finished_; i < begun_; ++i) records_[i]->abandon(entries_[i]);
  }
  PendingCall(const PendingCall&) = delete;
  PendingCall& operator=(const PendingCall&) = delete;

  void finish(std::span<Tensor> out) {
    for (; finished_ < begun_; ++finished_) records_[finished_]->finish(entries_[finished_], out);
    for (Record* forward : records_.subspan(begun_)) forward->push_forward(op_, params_, in_, out, where_);
  }

 private:
  const Op& op_;
  const void* params_;
  std::span<Record* const> records_;  // forward ones last
  std::source_location where_;
  std::array<Entry*, most_recipients> entries_;
  std::size_t begun_ = 0;
  std::size_t finished_ = 0;
  std::vector<Tensor> in_;
};

/// The general case: any number of records, of any purpose.
[[gnu::noinline]] void run_recorded(const Op& op, const void* params, std::span<Tensor> in, std::span<Tensor> out, bool abstract,
                                    std::source_location where) {
  const Recipients recipients(op, in);
  if (recipients.recording().empty() && recipients.batch() == nullptr) return compute(op, params, in, out, abstract);
  PendingCall call(op, params, in, out.size(), recipients.recording(), where);
  if (recipients.batch() != nullptr) {
    recipients.batch()->lower(op, params, in, out);
  } else {
    compute(op, params, in, out, abstract);
    for (Tensor& y : out) make_fresh(y);
  }
  call.finish(out);
}

void run(const Op& op, const void* params, std::span<Tensor> in, std::span<Tensor> out, std::source_location where) {
  std::uint64_t tape = 0;  // one that knows an input, and whether it is the only one
  bool one = true;
  bool abstract = false;
  for (const Tensor& x : in) {
    if (x.absent()) throw_absent(op);
    const storage::Node& node = *x.node();
    abstract |= node.data == nullptr;
    if (node.tape == 0) continue;
    one = one && node.more == nullptr && (tape == 0 || tape == node.tape);
    tape = node.tape;
  }
  const ThreadTapes& thread = thread_tapes;
  if (tape == 0 && thread.newest_program == nullptr) return compute(op, params, in, out, abstract);
  if (!one || thread.newest_program != nullptr || thread.lowering != nullptr || thread.sealed_generation != 0)
    return run_recorded(op, params, in, out, abstract, where);

  // One tape at most, and nothing stands in between: what Recipients would find, without the list.
  Record* const record = find_open(tape);
  if (record == nullptr || !record->recording() || (op.stops && record->differentiates())) return compute(op, params, in, out, abstract);
  if (record->purpose != Purpose::reverse) return run_recorded(op, params, in, out, abstract, where);
  Record::Pending pending(*record, op, params, in, out.size(), where);
  compute(op, params, in, out, abstract);
  for (Tensor& y : out) make_fresh(y);
  pending.finish(out);
}

}  // namespace

void execute(const Op& op, const void* params, std::span<Tensor> in, std::span<Tensor> out, std::source_location where) {
  try {
    Anomaly* anomaly = thread_tapes.anomaly;
    if (anomaly == nullptr) return run(op, params, in, out, where);
    const std::vector<Tensor> before(in.begin(), in.end());
    run(op, params, in, out, where);
    anomaly->inspect(op, before, out, where);
  } catch (Error& error) {
    error.locate(where);
    throw;
  }
}

void resolve(const Op& op, std::span<Arg* const> args, std::span<Tensor> out) {
  const auto tied = [&](std::size_t i) { return (op.untied >> i & 1U) == 0; };
  bool met = false;
  Dtype dtype = boolean;
  for (std::size_t i = 0; i < args.size(); ++i)
    if (!args[i]->is_number() && args[i]->tensor().present() && tied(i)) {
      dtype = promote(dtype, args[i]->tensor().dtype());
      met = true;
    }
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (args[i]->is_number() && met && tied(i)) out[i] = args[i]->number().as(args[i]->number().meet(dtype));
    else out[i] = args[i]->take();
  }
}

}  // namespace descent::inline v1
