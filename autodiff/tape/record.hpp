#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <descent/autodiff/base/pages.hpp>
#include <descent/autodiff/tape/budget.hpp>
#include <descent/autodiff/tape/op.hpp>
#include <descent/autodiff/tape/tape.hpp>

// The list behind a Tape, as the interpreters read it.

namespace descent::inline v1 {

/// One recorded call. Its inputs, kept handles and parameters follow it in the same piece of memory.
struct Entry {
  const Op* op;
  Entry* previous;
  std::source_location where;
  std::uint32_t first_out;  ///< slot of the first result; the others follow
  std::uint16_t inputs;
  std::uint8_t outputs;
  bool keeps_inputs : 1;
  bool keeps_outputs : 1;

  /// A slot, or (top bit set) a constant with that entry of the table of shapes.
  static constexpr std::uint32_t constant = std::uint32_t{1} << 31;

  /// What an entry takes, with all that follows it.
  static constexpr std::size_t bytes(const Op& op, std::size_t inputs, bool keeps_inputs, std::size_t outputs, bool keeps_outputs) {
    const std::size_t kept = (keeps_inputs ? inputs : 0) + (keeps_outputs ? outputs : 0);
    return sizeof(Entry) + padded(inputs * sizeof(std::uint32_t)) + kept * sizeof(Tensor) + padded(op.params.size);
  }

  std::span<std::uint32_t> in() { return {reinterpret_cast<std::uint32_t*>(this + 1), inputs}; }
  std::span<const std::uint32_t> in() const { return {reinterpret_cast<const std::uint32_t*>(this + 1), inputs}; }
  std::span<Tensor> kept_in() const { return {tensors(), keeps_inputs ? inputs : std::size_t{0}}; }
  std::span<Tensor> kept_out() const { return {tensors() + (keeps_inputs ? inputs : 0), keeps_outputs ? outputs : std::size_t{0}}; }
  /// Whether the vjp reads input i.
  bool reads(std::size_t i) const { return op->kind == Kind::bilinear ? (in()[1 - i] & constant) == 0 : op->keep.input(i); }
  void* params() const { return tensors() + (keeps_inputs ? inputs : 0) + (keeps_outputs ? outputs : 0); }

 private:
  static constexpr std::size_t padded(std::size_t bytes) { return (bytes + 7) / 8 * 8; }
  Tensor* tensors() const {
    auto* self = reinterpret_cast<std::byte*>(const_cast<Entry*>(this));
    return reinterpret_cast<Tensor*>(self + sizeof(Entry) + padded(inputs * sizeof(std::uint32_t)));
  }
};

/// A list that grows in chunks: never copied, and half of it is never empty.
template <class T> class Chunked {
 public:
  T& operator[](std::size_t i) { return chunks_[i >> kBits][i & kMask]; }
  const T& operator[](std::size_t i) const { return chunks_[i >> kBits][i & kMask]; }
  std::size_t size() const { return size_; }
  void push_back(T value) {
    if (size_ >> kBits == chunks_.size()) chunks_.push_back(std::make_unique<T[]>(std::size_t{1} << kBits));
    (*this)[size_++] = std::move(value);
  }
  void clear() {
    chunks_.clear();
    size_ = 0;
  }

 private:
  static constexpr std::size_t kBits = 7;  // chunks that malloc hands out fast
  static constexpr std::size_t kMask = (std::size_t{1} << kBits) - 1;
  std::vector<std::unique_ptr<T[]>> chunks_;
  std::size_t size_ = 0;
};

class Record {
 public:
  explicit Record(Purpose purpose);
  ~Record();
  Record(const Record&) = delete;
  Record& operator=(const Record&) = delete;

  const Purpose purpose;
  bool whole_slopes = false;  ///< of a program: what multiplies by an element-wise slope is one call (PointwiseRules::times)

  std::uint64_t generation() const { return generation_; }
  bool recording() const { return paused_ == 0; }
  bool differentiates() const { return purpose == Purpose::reverse || purpose == Purpose::forward; }

  /// While it lives, calls are not recorded here: a tape's own sweep.
  class Pause {
   public:
    explicit Pause(Record& record);
    ~Pause();
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;

   private:
    Record& record_;
  };

  /// The slot of x here; false when this record does not know it.
  bool find(const Tensor& x, std::uint32_t& slot) const {
    const storage::Node* node = x.node();
    if (node == nullptr || node->tape == 0) return false;
    if (node->tape == generation_) return slot = node->slot, true;
    for (const storage::MoreMarks* more = node->more; more != nullptr; more = more->next)
      if (more->mark.tape == generation_) return slot = more->mark.slot, true;
    return false;
  }

  Tensor watch(const Tensor& x);

  /// From now on values are held within a budget. requires: a reverse tape on which nothing is known
  void limit(Index bytes) { budget_ = std::make_unique<Budget>(*this, bytes); }
  Budget* budget() const { return budget_.get(); }  ///< null: all that the rules read is held by the entries

  // A call is recorded in two halves, since the op may take its inputs.
  /// Before it runs: an entry with what the rules need of the inputs, not in the list yet. requires: no forward tape
  Entry* begin(const Op& op, const void* params, std::span<const Tensor> in, std::size_t outputs, std::source_location where);
  /// After it ran: the entry is listed and the results are marked, or it is dropped where none can have a derivative.
  void finish(Entry* entry, std::span<Tensor> out);
  /// It failed: as if it had not begun.
  void abandon(Entry* entry) noexcept;
  /// Both halves of one call, which is abandoned unless it is finished.
  class Pending {
   public:
    template <class... Begin> explicit Pending(Record& record, const Begin&... call) : record_(record), entry_(record.begin(call...)) {}
    ~Pending() {
      if (entry_ != nullptr) record_.abandon(entry_);
    }
    Pending(const Pending&) = delete;
    Pending& operator=(const Pending&) = delete;
    void finish(std::span<Tensor> out) {
      record_.finish(entry_, out);
      entry_ = nullptr;
    }

   private:
    Record& record_;
    Entry* entry_;
  };
  /// On a forward tape: the tangents of a call that has run, and the marks of its results.
  void push_forward(const Op& op, const void* params, std::span<const Tensor> in, std::span<Tensor> out, std::source_location where);

  // On a batch record:
  /// A tensor that stands for each example of `batch`, whose axis 0 they lie along.
  Tensor example_of(const Tensor& batch);
  /// The batch that `x` is an example of; absent where it is none of this record's.
  Tensor batch_of(const Tensor& x) const;
  /// A call on examples, computed on their batches: only older records see it.
  void lower(const Op& op, const void* params, std::span<const Tensor> in, std::span<Tensor> out);

  void clear();
  /// Nothing more is recorded; what was can still be read.
  void stop();
  /// Of this thread's open program tapes, the one opened before this.
  Record* older_program() const { return older_program_; }

  const Entry* last() const { return last_; }
  std::size_t values() const { return slots_.size(); }
  const Abstract& like(std::uint32_t input) const {
    return shapes_[(input & Entry::constant) != 0 ? input & ~Entry::constant : slots_[input]];
  }
  const std::vector<std::uint32_t>& watched() const { return watched_; }
  std::size_t bytes() const;
  /// By slot: whether a result depends on it, or on another result of the same call.
  std::vector<std::uint8_t> needed_for(std::span<const Tensor> results) const;
  /// All entries, first to last.
  std::vector<const Entry*> entries() const;

  Chunked<Tensor> tangents;  ///< by slot, on a forward tape; absent: zero

 private:
  std::uint32_t new_slot(const Tensor& value);
  std::uint32_t shape_id(const Tensor& value);
  std::uint32_t find_shape(const Tensor& value);
  std::byte* carve(std::size_t bytes);
  void add_piece(std::size_t bytes);
  void open();
  static void destroy(Entry& entry) noexcept;
  void drop_entries();

  std::uint64_t generation_ = 0;
  int paused_ = 0;
  bool open_ = false;
  Record* older_program_ = nullptr;
  Entry* last_ = nullptr;
  Chunked<std::uint32_t> slots_;  // by slot: the entry of shapes_
  std::vector<Abstract> shapes_;
  std::vector<std::uint32_t> watched_;
  std::unique_ptr<Budget> budget_;
  struct FreePages {
    void operator()(std::byte* piece) const noexcept { free_pages(piece); }
  };
  using Piece = std::unique_ptr<std::byte[], FreePages>;
  std::vector<Piece> pieces_;
  std::size_t piece_size_ = 0;
  std::size_t piece_used_ = 0;
  std::size_t bytes_ = 0;
};

/// The shape and dtype of each.
std::vector<Abstract> abstracts_of(std::span<const Tensor> xs);

}  // namespace descent::inline v1
