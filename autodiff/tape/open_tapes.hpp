#pragma once

#include <cstdint>

// The open tapes of the process, so that a mark on a tensor can be asked "is your tape still open, and whose is it?" without touching
// the tape; and what of them this thread closes off for a while.

namespace descent::inline v1 {

class Anomaly;
class Lowering;
class Record;

/// What a call asks of its thread before it knows of any tape: it lies together, and needs no construction.
struct ThreadTapes {
  int recording = 0;                    ///< open and not paused
  Record* newest_program = nullptr;     ///< the open program tapes, linked by older_program
  const Lowering* lowering = nullptr;   ///< the innermost
  std::uint64_t sealed_generation = 0;  ///< tapes before this one are closed off by a Seal
  const char* sealed_sentence = nullptr;
  Anomaly* anomaly = nullptr;  ///< the innermost
};
extern constinit thread_local ThreadTapes thread_tapes;

/// Enters a record as opened by this thread. Gives its generation, a running number: of two, the one opened later has the larger.
/// throws TapeError: 4096 are open
std::uint64_t open_generation(Record& record);
void close_generation(std::uint64_t generation);

/// The open record with this generation, null when it is closed. throws TapeError: another thread's
Record* find_open(std::uint64_t generation);

/// While it lives, a call on a tensor that an earlier opened tape knows throws TapeError with this sentence, or without one is not
/// recorded there, and earlier opened program tapes do not record: for functions that run inside one recorded op.
class Seal {
 public:
  explicit Seal(const char* sentence = nullptr);
  ~Seal();
  Seal(const Seal&) = delete;
  Seal& operator=(const Seal&) = delete;

  /// Whether a record is closed off; batch records never are.
  static bool closes(const Record& record);

 private:
  const char* outer_sentence_;
  std::uint64_t outer_generation_;
};

/// While it lives, calls are not shown to the records from `generation` on that are open now: what a batch record's call is lowered
/// to concerns older ones only, and those that its rule opens.
class Lowering {
 public:
  explicit Lowering(std::uint64_t generation);
  ~Lowering();
  Lowering(const Lowering&) = delete;
  Lowering& operator=(const Lowering&) = delete;

  static bool hides(std::uint64_t generation);

 private:
  std::uint64_t first_, end_;
  const Lowering* outer_;
};

/// Whether a tape or a vmap is open on this thread, and records.
inline bool tape_open() { return thread_tapes.recording > 0; }
/// Whether a program tape is open on this thread, and records.
bool program_open();

}  // namespace descent::inline v1
