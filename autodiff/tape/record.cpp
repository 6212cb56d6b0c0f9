#include <descent/autodiff/tape/record.hpp>

#include <algorithm>
#include <limits>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tape/anomaly.hpp>
#include <descent/autodiff/tape/handles.hpp>
#include <descent/autodiff/tape/open_tapes.hpp>
#include <descent/autodiff/tensor/create.hpp>

namespace descent::inline v1 {

namespace {

[[noreturn]] void throw_too_many(const Op& op, std::size_t inputs) {
  throw TapeError(std::string(op.name) + ": " + std::to_string(inputs) + " inputs; a tape records calls of up to 65535");
}
[[noreturn]] void throw_too_long() { throw TapeError("tape: 2^31 values recorded; split the computation"); }

bool is_like(const storage::Node& node, const Abstract& like) { return node.dtype == like.dtype && storage::has_shape(node, like.shape); }

}  // namespace

// Inline below, where they run at every call; each has the rare part in a function of its own.
inline std::uint32_t Record::new_slot(const Tensor& value) {
  const auto slot = static_cast<std::uint32_t>(slots_.size());
  if (slot == Entry::constant) throw_too_long();
  slots_.push_back(shape_id(value));
  return slot;
}

inline std::uint32_t Record::shape_id(const Tensor& value) {
  const std::size_t last = shapes_.size() - 1;
  return !shapes_.empty() && is_like(*value.node(), shapes_[last]) ? static_cast<std::uint32_t>(last) : find_shape(value);
}

std::uint32_t Record::find_shape(const Tensor& value) {
  // The latest shapes are the likeliest; a program has few of them.
  constexpr std::size_t kLooked = 64;
  const std::size_t oldest = shapes_.size() - std::min(shapes_.size(), kLooked);
  for (std::size_t id = shapes_.size(); id-- > oldest;)
    if (is_like(*value.node(), shapes_[id])) return static_cast<std::uint32_t>(id);
  shapes_.push_back(abstract_of(value));
  return static_cast<std::uint32_t>(shapes_.size() - 1);
}

inline std::byte* Record::carve(std::size_t bytes) {
  if (piece_size_ - piece_used_ < bytes) add_piece(bytes);
  bytes_ += bytes;
  return pieces_.back().get() + std::exchange(piece_used_, piece_used_ + bytes);
}

std::vector<Abstract> abstracts_of(std::span<const Tensor> xs) {
  std::vector<Abstract> like(xs.size());
  std::transform(xs.begin(), xs.end(), like.begin(), [](const Tensor& x) { return abstract_of(x); });
  return like;
}

Record::Pause::Pause(Record& record) : record_(record) {
  if (record_.paused_++ == 0) --thread_tapes.recording;
}
Record::Pause::~Pause() {
  if (--record_.paused_ == 0) ++thread_tapes.recording;
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
  generation_ = open_generation(*this);
  ++thread_tapes.recording;
  if (purpose == Purpose::program) older_program_ = std::exchange(thread_tapes.newest_program, this);
  open_ = true;
}

void Record::stop() {
  if (!std::exchange(open_, false)) return;
  close_generation(generation_);
  for (Record** program = &thread_tapes.newest_program; *program != nullptr; program = &(*program)->older_program_)
    if (*program == this) {
      *program = older_program_;
      break;
    }
  if (paused_ == 0) --thread_tapes.recording;
}

Tensor Record::watch(const Tensor& x) {
  Tensor result = Tensor::adopt(storage::view(x.node(), x.shape()));
  storage::copy_marks(*result.node(), *x.node());
  const std::uint32_t slot = new_slot(result);
  watched_.push_back(slot);
  storage::add_mark(*result.node(), {generation_, slot});
  if (budget_ != nullptr) budget_->watch(slot, result);
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
  if (in.size() > std::numeric_limits<std::uint16_t>::max()) throw_too_many(op, in.size());
  const bool whole = purpose == Purpose::program || budget_ != nullptr;  // constants, so that the call can be made again
  const bool keeps_inputs = whole || op.keep.inputs != 0;
  const bool keeps_outputs = !whole && op.keep.output;
  std::byte* memory = carve(Entry::bytes(op, in.size(), keeps_inputs, outputs, keeps_outputs));
  auto* entry = new (memory)
      Entry{&op, nullptr, where, 0, static_cast<std::uint16_t>(in.size()), static_cast<std::uint8_t>(outputs), keeps_inputs, keeps_outputs};

  const std::span<std::uint32_t> slots = entry->in();
  for (std::size_t i = 0; i < in.size(); ++i)
    if (!find(in[i], slots[i])) slots[i] = Entry::constant | shape_id(in[i]);
  const auto constant = [&](std::size_t i) { return (slots[i] & Entry::constant) != 0; };
  const auto keeps = [&](std::size_t i) { return whole ? constant(i) : entry->reads(i); };
  if (keeps_inputs) {
    Tensor* handle = entry->kept_in().data();
    for (std::size_t i = 0; i < in.size(); ++i) new (handle++) Tensor(keeps(i) ? in[i] : Tensor());
  }
  if (budget_ != nullptr) {
    for (std::size_t i = 0; i < in.size(); ++i)
      if (!constant(i) && entry->reads(i)) budget_->keep(slots[i], in[i]);
  }
  for (Tensor& y : entry->kept_out()) new (&y) Tensor();
  if (op.params.size != 0) op.params.copy(entry->params(), params);
  return entry;
}

void Record::finish(Entry* entry, std::span<Tensor> out) {
  if (purpose == Purpose::reverse && std::none_of(out.begin(), out.end(), [](const Tensor& y) { return is_floating(y.node()->dtype); }))
    return abandon(entry);
  if (entry->keeps_outputs) std::copy(out.begin(), out.end(), entry->kept_out().begin());
  entry->first_out = static_cast<std::uint32_t>(slots_.size());
  for (Tensor& y : out) storage::add_mark(*y.node(), {generation_, new_slot(y)});
  if (budget_ != nullptr) budget_->list(*entry, out);
  entry->previous = std::exchange(last_, entry);
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
  if (budget_ != nullptr) limit(budget_->limit());
  open();
}

std::size_t Record::bytes() const { return bytes_ + slots_.size() * sizeof(std::uint32_t); }

std::vector<std::uint8_t> Record::needed_for(std::span<const Tensor> results) const {
  std::vector<std::uint8_t> needed(values(), 0);
  std::uint32_t slot = 0;
  for (const Tensor& y : results)
    if (find(y, slot)) needed[slot] = 1;
  for (const Entry* entry = last_; entry != nullptr; entry = entry->previous) {
    const auto first = needed.begin() + entry->first_out;
    if (std::find(first, first + entry->outputs, 1) == first + entry->outputs) continue;
    std::fill_n(first, entry->outputs, std::uint8_t{1});
    for (const std::uint32_t in : entry->in())
      if ((in & Entry::constant) == 0) needed[in] = 1;
  }
  return needed;
}

std::vector<const Entry*> Record::entries() const {
  std::vector<const Entry*> all;
  for (const Entry* entry = last_; entry != nullptr; entry = entry->previous) all.push_back(entry);
  std::reverse(all.begin(), all.end());
  return all;
}

void Record::add_piece(std::size_t bytes) {
  constexpr std::size_t kFirst = std::size_t{1} << 10;  // what malloc hands out fast
  const std::size_t size = std::max(bytes, std::clamp(piece_size_ * 2, kFirst, huge_page));
  pieces_.push_back(Piece(static_cast<std::byte*>(allocate_pages(size))));
  piece_size_ = size;
  piece_used_ = 0;
}

}  // namespace descent::inline v1
