#include <descent/autodiff/tape/record.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <limits>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tape/anomaly.hpp>
#include <descent/autodiff/tape/handles.hpp>
#include <descent/autodiff/tensor/create.hpp>

namespace descent::inline v1 {
namespace {

// The open tapes of the process, so that a mark on a tensor can be asked "is your tape still open, and whose is it?"
// without touching the tape. A generation is a running number with the place in this table in its low bits.
constexpr std::size_t kPlaces = 4096;
constexpr std::uint64_t kPlaceMask = kPlaces - 1;

struct Place {
  std::atomic<std::uint64_t> generation{0};  // 0: free
  std::atomic<const void*> thread{nullptr};
  Record* record = nullptr;
};

std::array<Place, kPlaces> places;
std::atomic<std::uint64_t> openings{0};
thread_local char this_thread;         // its address names the thread
thread_local int recording_tapes = 0;  // open and not paused, of this thread
thread_local std::vector<Record*> open_programs;
thread_local const char* sealed_sentence = nullptr;
thread_local std::uint64_t sealed_generation = 0;  // tapes up to this one are closed off by a Seal
bool sealed(const Record& record) { return record.generation() < sealed_generation && record.purpose != Purpose::batch; }

/// The generation after all that are open now.
std::uint64_t next_generation() { return (openings.load(std::memory_order_relaxed) + 1) << std::countr_one(kPlaceMask); }

/// While it lives, calls are not shown to the records from `generation` on that are open now: what a batch record's call is lowered
/// to concerns older ones only, and those that its rule opens.
class Lowering {
 public:
  explicit Lowering(std::uint64_t generation) : first_(generation), end_(next_generation()), outer_(innermost_) { innermost_ = this; }
  ~Lowering() { innermost_ = outer_; }
  Lowering(const Lowering&) = delete;
  Lowering& operator=(const Lowering&) = delete;

  static bool hides(std::uint64_t generation) {
    for (const Lowering* now = innermost_; now != nullptr; now = now->outer_)
      if (generation >= now->first_ && generation < now->end_) return true;
    return false;
  }

 private:
  static inline thread_local const Lowering* innermost_ = nullptr;
  std::uint64_t first_, end_;
  const Lowering* outer_;
};

/// The open record with this generation, null when it is closed. throws TapeError: another thread's
Record* find_open(std::uint64_t generation) {
  const Place& place = places[generation & kPlaceMask];
  if (place.generation.load(std::memory_order_acquire) != generation) return nullptr;
  if (place.thread.load(std::memory_order_relaxed) != &this_thread)
    throw TapeError(
        "tape: a tensor watched by another thread's open tape was used; compute on plain tensors and watch them on this thread");
  return place.record;
}

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

constexpr std::size_t kMostRecipients = 32;

/// The records a call on `in` goes to: oldest first, forward ones last, since their tangents are computed at once and
/// must be seen by the others. Those older than the newest batch record see what that makes of the call instead.
class Recipients {
 public:
  Recipients(const Op& op, std::span<const Tensor> in) {
    for (Record* program : open_programs)
      if (program->recording() && !sealed(*program) && !Lowering::hides(program->generation())) add(*program);
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
  std::span<Record* const> recording() const { return {records_.data(), static_cast<std::size_t>(count_)}; }
  Record* batch() const { return batch_; }

 private:
  void add(Record& record) {
    if (sealed(record)) {
      if (sealed_sentence == nullptr) return;
      throw TapeError(sealed_sentence);
    }
    const auto end = records_.begin() + count_;
    if (std::find(records_.begin(), end, &record) != end) return;
    if (count_ == static_cast<std::ptrdiff_t>(records_.size())) throw TapeError("tape: more than 32 nested open tapes know one tensor");
    records_[static_cast<std::size_t>(count_++)] = &record;
    if (record.purpose == Purpose::batch && (batch_ == nullptr || record.generation() > batch_->generation())) batch_ = &record;
  }
  std::array<Record*, kMostRecipients> records_;  // the first count_
  std::ptrdiff_t count_ = 0;
  Record* batch_ = nullptr;
};

std::vector<Abstract> abstracts_of(std::span<const Tensor> xs) {
  std::vector<Abstract> like(xs.size());
  std::transform(xs.begin(), xs.end(), like.begin(), [](const Tensor& x) { return abstract_of(x); });
  return like;
}

void compute(const Op& op, const void* params, std::span<Tensor> in, std::span<Tensor> out, bool abstract) {
  if (!abstract) return op.forward(op, params, in, out);
  std::vector<Abstract> result(out.size());
  op.infer(op, params, abstracts_of(in), result);
  for (std::size_t k = 0; k < out.size(); ++k) out[k] = abstract_tensor(result[k].shape, result[k].dtype);
}

/// Marks go on handles that nobody else holds: an op may have returned one of its inputs.
void make_fresh(Tensor& x) {
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
  std::array<Entry*, kMostRecipients> entries_;
  std::size_t begun_ = 0;
  std::size_t finished_ = 0;
  std::vector<Tensor> in_;
};

void run(const Op& op, const void* params, std::span<Tensor> in, std::span<Tensor> out, std::source_location where) {
  std::uint64_t marks = 0;
  bool abstract = false;
  for (const Tensor& x : in) {
    if (x.absent()) throw ValueError(std::string(op.name) + ": an input is absent (default-constructed); give it a value first");
    marks |= x.node()->tape;
    abstract |= x.node()->data == nullptr;
  }
  if (marks == 0 && open_programs.empty()) return compute(op, params, in, out, abstract);
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

}  // namespace

void execute(const Op& op, const void* params, std::span<Tensor> in, std::span<Tensor> out, std::source_location where) {
  try {
    Anomaly* anomaly = Anomaly::current();
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

Seal::Seal(const char* sentence) : outer_sentence_(sealed_sentence), outer_generation_(sealed_generation) {
  sealed_sentence = sentence;
  sealed_generation = next_generation();
}
Seal::~Seal() {
  sealed_sentence = outer_sentence_;
  sealed_generation = outer_generation_;
}

Record::Pause::Pause(Record& record) : record_(record) {
  if (record_.paused_++ == 0) --recording_tapes;
}
Record::Pause::~Pause() {
  if (--record_.paused_ == 0) ++recording_tapes;
}

Tensor open_batch_of(const Tensor& x) {
  const Record* record = vmap_of(x);
  return record == nullptr ? Tensor() : record->batch_of(x);
}

Tensor unrecorded(const Tensor& x) {
  if (Record* record = vmap_of(x)) return record->example_of(unrecorded(record->batch_of(x)));
  return Tensor::adopt(storage::view(x.node(), x.shape()));
}

bool recorded(const Tensor& x) {
  bool found = false;
  if (recording_tapes > 0 && x.present()) each_recording(x, [&](Record&) { found = true; });
  return found;
}

bool tape_open() { return recording_tapes > 0; }

bool program_open() {
  if (open_programs.empty()) return false;
  return std::any_of(open_programs.begin(), open_programs.end(),
                     [](const Record* record) { return record->recording() && !sealed(*record); });
}

Record::Record(Purpose purpose_) : purpose(purpose_) {
  constexpr std::size_t kUsual = 8;  // room for a small cost, so that its lists are allocated once
  shapes_.reserve(kUsual);
  watched_.reserve(kUsual);
  open();
}

Record::~Record() {
  stop();
  drop_entries();
}

void Record::open() {
  const std::uint64_t number = openings.fetch_add(1, std::memory_order_relaxed) + 1;
  for (std::size_t tried = 0; tried < kPlaces; ++tried) {
    Place& place = places[(number + tried) & kPlaceMask];
    std::uint64_t free = 0;
    const std::uint64_t generation = number << std::countr_one(kPlaceMask) | ((number + tried) & kPlaceMask);
    if (place.generation.load(std::memory_order_relaxed) != 0) continue;
    // The thread and the record are written before the generation that announces them; a claim in between holds the place.
    if (!place.generation.compare_exchange_strong(free, kPlaceMask, std::memory_order_acquire)) continue;
    place.thread.store(&this_thread, std::memory_order_relaxed);
    place.record = this;
    place.generation.store(generation, std::memory_order_release);
    generation_ = generation;
    ++recording_tapes;
    if (purpose == Purpose::program) open_programs.push_back(this);
    open_ = true;
    return;
  }
  throw TapeError("tape: 4096 tapes are open in this process; close some");
}

void Record::stop() {
  if (!std::exchange(open_, false)) return;
  places[generation_ & kPlaceMask].generation.store(0, std::memory_order_release);
  std::erase(open_programs, this);
  if (paused_ == 0) --recording_tapes;
}

bool Record::find(const Tensor& x, std::uint32_t& slot) const {
  const storage::Node* node = x.node();
  if (node == nullptr || node->tape == 0) return false;
  if (node->tape == generation_) return slot = node->slot, true;
  for (const storage::MoreMarks* more = node->more; more != nullptr; more = more->next)
    if (more->mark.tape == generation_) return slot = more->mark.slot, true;
  return false;
}

Tensor Record::watch(const Tensor& x) {
  Tensor result = Tensor::adopt(storage::view(x.node(), x.shape()));
  storage::copy_marks(*result.node(), *x.node());
  const std::uint32_t slot = new_slot(result);
  watched_.push_back(slot);
  storage::add_mark(*result.node(), {generation_, slot});
  return result;
}

void Record::push_forward(const Op& op, const void* params, std::span<const Tensor> in, std::span<Tensor> out, std::source_location where) {
  const Pause pause(*this);
  std::vector<Tensor> t(in.size());
  std::vector<Abstract> likes(in.size());
  std::vector<const Abstract*> pointers(in.size());
  for (std::size_t i = 0; i < in.size(); ++i) {
    std::uint32_t slot = 0;
    if (find(in[i], slot)) t[i] = tangents[slot];
    likes[i] = abstract_of(in[i]);
    pointers[i] = &likes[i];
  }
  std::vector<Tensor> results(out.size());
  if (std::any_of(t.begin(), t.end(), [](const Tensor& x) { return x.present(); })) {
    const Call call{op, params, in, {out.data(), out.size()}, pointers};
    {
      const Anomaly::InRule scope(op, where);
      op.jvp(call, t, results);
    }
    if (Anomaly* anomaly = Anomaly::current()) anomaly->inspect_rule(call, t, results, "tangent of result", where);
  }
  for (std::size_t k = 0; k < out.size(); ++k) {
    if (results[k].absent()) continue;
    if (abstract_of(results[k]) != abstract_of(out[k])) results[k] = absorb(results[k], ones_like(out[k]));  // a tangent that broadcasts
    storage::add_mark(*out[k].node(), {generation_, new_slot(out[k])});
    tangents.push_back(std::move(results[k]));
  }
}

Tensor Record::example_of(const Tensor& batch) {
  Tensor example = Tensor::adopt(storage::allocate_abstract(batch.shape().without(0), batch.dtype(), batch.node()));
  storage::add_mark(*example.node(), {generation_, 0});
  return example;
}

Tensor Record::batch_of(const Tensor& x) const {
  std::uint32_t slot = 0;
  if (!find(x, slot)) return {};
  storage::retain(x.node()->owner);
  return Tensor::adopt(x.node()->owner);
}

void Record::lower(const Op& op, const void* params, std::span<const Tensor> in, std::span<Tensor> out) {
  const std::vector<Abstract> like = abstracts_of(in);
  std::vector<Abstract> results(out.size());
  op.infer(op, params, like, results);  // so that a message shows the shapes that the function sees
  if (op.batch == nullptr) throw AbstractError("vmap: " + std::string(op.name) + " has no rule for batches: " + std::string(op.no_batch));
  std::vector<Tensor> known(in.begin(), in.end());
  std::vector<std::uint8_t> batched(in.size());
  Index size = 0;
  for (std::size_t i = 0; i < in.size(); ++i)
    if (Tensor batch = batch_of(in[i]); batch.present()) {
      size = batch.size(0);
      known[i] = std::move(batch);
      batched[i] = 1;
    }
  std::vector<Tensor> whole(out.size());
  if (size == 0) {
    for (std::size_t k = 0; k < out.size(); ++k) whole[k] = zeros(results[k].shape.inserted(0, 0), results[k].dtype);
  } else {
    const Lowering hidden(generation_);
    op.batch({op, params, known, like, batched, size, *this}, whole);
  }
  for (std::size_t k = 0; k < out.size(); ++k) out[k] = example_of(whole[k]);
}

Entry* Record::begin(const Op& op, const void* params, std::span<const Tensor> in, std::size_t outputs, std::source_location where) {
  if (in.size() > std::numeric_limits<std::uint16_t>::max())
    throw TapeError(std::string(op.name) + ": " + std::to_string(in.size()) + " inputs; a tape records calls of up to 65535");
  const bool whole = purpose == Purpose::program;
  const bool keeps_inputs = whole || op.keep.inputs != 0;
  const bool keeps_outputs = !whole && op.keep.output;
  std::byte* memory = carve(Entry::bytes(op, in.size(), keeps_inputs, outputs, keeps_outputs));
  auto* entry = new (memory)
      Entry{&op, nullptr, where, 0, static_cast<std::uint16_t>(in.size()), static_cast<std::uint8_t>(outputs), keeps_inputs, keeps_outputs};

  const std::span<std::uint32_t> slots = entry->in();
  for (std::size_t i = 0; i < in.size(); ++i)
    if (!find(in[i], slots[i])) slots[i] = Entry::constant | shape_id(in[i]);
  const auto constant = [&](std::size_t i) { return (slots[i] & Entry::constant) != 0; };
  const auto keeps = [&](std::size_t i) {
    if (whole) return constant(i);
    if (op.kind == Kind::bilinear) return !constant(1 - i);
    return op.keep.input(i);
  };
  Tensor* handle = entry->kept_in().data();
  if (keeps_inputs)
    for (std::size_t i = 0; i < in.size(); ++i) new (handle++) Tensor(keeps(i) ? in[i] : Tensor());
  for (Tensor& y : entry->kept_out()) new (&y) Tensor();
  if (op.params.size != 0) op.params.copy(entry->params(), params);
  return entry;
}

void Record::finish(Entry* entry, std::span<Tensor> out) {
  if (purpose == Purpose::reverse && std::none_of(out.begin(), out.end(), [](const Tensor& y) { return is_floating(y.node()->dtype); }))
    return abandon(entry);
  if (entry->keeps_outputs) std::copy(out.begin(), out.end(), entry->kept_out().begin());
  entry->first_out = static_cast<std::uint32_t>(slots_.size());
  entry->previous = std::exchange(last_, entry);
  for (Tensor& y : out) storage::add_mark(*y.node(), {generation_, new_slot(y)});
}

void Record::abandon(Entry* entry) noexcept {
  destroy(*entry);
  const std::size_t bytes = Entry::bytes(*entry->op, entry->inputs, entry->keeps_inputs, entry->outputs, entry->keeps_outputs);
  if (reinterpret_cast<std::byte*>(entry) + bytes != pieces_.back().get() + piece_used_) return;  // others lie behind it
  piece_used_ -= bytes;
  bytes_ -= bytes;
}

void Record::destroy(Entry& entry) noexcept {
  for (Tensor& x : entry.kept_in()) x.~Tensor();
  for (Tensor& y : entry.kept_out()) y.~Tensor();
  if (entry.op->params.size != 0) entry.op->params.destroy(entry.params());
}

void Record::drop_entries() {
  for (Entry* entry = last_; entry != nullptr; entry = entry->previous) destroy(*entry);
  last_ = nullptr;
}

void Record::clear() {
  stop();
  drop_entries();
  slots_.clear();
  shapes_.clear();
  watched_.clear();
  tangents.clear();
  pieces_.clear();
  piece_size_ = piece_used_ = bytes_ = 0;
  open();
}

std::size_t Record::bytes() const { return bytes_ + slots_.size() * sizeof(std::uint32_t); }

std::vector<const Entry*> Record::entries() const {
  std::vector<const Entry*> all;
  for (const Entry* entry = last_; entry != nullptr; entry = entry->previous) all.push_back(entry);
  std::reverse(all.begin(), all.end());
  return all;
}

std::uint32_t Record::new_slot(const Tensor& value) {
  const auto slot = static_cast<std::uint32_t>(slots_.size());
  if (slot == Entry::constant) throw TapeError("tape: 2^31 values recorded; split the computation");
  slots_.push_back(shape_id(value));
  return slot;
}

std::uint32_t Record::shape_id(const Tensor& value) {
  const storage::Node& node = *value.node();
  const auto matches = [&](const Abstract& known) { return known.dtype == node.dtype && storage::has_shape(node, known.shape); };
  // The latest shapes are the likeliest; a program has few of them.
  constexpr std::size_t kLooked = 64;
  for (std::size_t back = 1; back <= std::min(shapes_.size(), kLooked); ++back)
    if (matches(shapes_[shapes_.size() - back])) return static_cast<std::uint32_t>(shapes_.size() - back);
  shapes_.push_back(abstract_of(value));
  return static_cast<std::uint32_t>(shapes_.size() - 1);
}

std::byte* Record::carve(std::size_t bytes) {
  constexpr std::size_t kFirst = std::size_t{1} << 10;  // what malloc hands out fast
  constexpr std::size_t kLargest = std::size_t{1} << 20;
  if (piece_size_ - piece_used_ < bytes) {
    piece_size_ = std::max(bytes, std::clamp(piece_size_ * 2, kFirst, kLargest));
    piece_used_ = 0;
    pieces_.push_back(std::make_unique_for_overwrite<std::byte[]>(piece_size_));
  }
  bytes_ += bytes;
  return pieces_.back().get() + std::exchange(piece_used_, piece_used_ + bytes);
}

}  // namespace descent::inline v1
