#include <descent/data/safetensors.hpp>

#include <random>

#include <descent/autodiff/tensor/create.hpp>
#include <descent/tests/catch.hpp>
#include <descent/tests/data/python.hpp>
#include <descent/tests/data/support.hpp>

using namespace descent;
using namespace descent::test;
using data::Named;

namespace {

std::string file(const std::string& header, const std::string& body = "") { return le64(header.size()) + header + body; }
data::Safetensors parse(const std::string& text) { return data::parse_safetensors(bytes(text), "x"); }
/// The sentence without "read_safetensors: 'x': ".
std::string fault(const std::string& header, const std::string& body = "") {
  const std::string sentence = sentence_of<FormatError>([&] { parse(file(header, body)); });
  const std::string who = "read_safetensors: 'x': ";
  return sentence.starts_with(who) ? sentence.substr(who.size()) : sentence;
}
/// A header with the one tensor "a".
std::string one(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return R"({"a":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}";
}
std::string text(const std::vector<std::byte>& bytes) {
  std::string result;
  for (const std::byte byte : bytes) result += static_cast<char>(byte);
  return result;
}

std::vector<Named> assorted() {
  return {{"hidden.weight", tensor({{1.5, -2.0, 3.25}, {0.0, 1e-40, -0.0}})},
          {"steps", from_span<std::int64_t>(std::vector<std::int64_t>{std::int64_t{1} << 60}, {})},
          {"mask", tensor({true, false, true})},
          {"ids", tensor({1, -2, 3})},
          {"exact", tensor({0.1, 0.2}, f64)},
          {"empty", zeros({3, 0})},
          {"\xc3\xa9 \"q\" \\ \n", scalar(7)}};
}

void check_same(const Tensor& a, const Tensor& b) {
  CHECK(a.shape() == b.shape());
  CHECK(a.dtype() == b.dtype());
  CHECK(a.to_vector<double>() == b.to_vector<double>());
}

}  // namespace

TEST_CASE("safetensors: what is written is read", "[data]") {
  const auto tensors = assorted();
  const auto read = data::parse_safetensors(data::to_safetensors(tensors, {{"format", "pt"}, {"note", "a \"b\""}}), "x");
  CHECK(read.metadata == data::Metadata{{"format", "pt"}, {"note", "a \"b\""}});
  REQUIRE(read.tensors.size() == tensors.size());
  for (const Named& wanted : tensors) {
    const auto found = std::find_if(read.tensors.begin(), read.tensors.end(), [&](const Named& t) { return t.name == wanted.name; });
    REQUIRE(found != read.tensors.end());
    check_same(found->value, wanted.value);
  }
}

TEST_CASE("safetensors: the layout", "[data]") {
  const std::vector<Named> tensors{{"b", tensor({1.0F})}, {"a", tensor({true})}, {"c", scalar(2, f64)}, {"A", tensor({2})}};
  const std::string written = text(data::to_safetensors(tensors));
  const std::string header =
      R"({"c":{"dtype":"F64","shape":[],"data_offsets":[0,8]},"A":{"dtype":"I32","shape":[1],"data_offsets":[8,12]},)"
      R"("b":{"dtype":"F32","shape":[1],"data_offsets":[12,16]},"a":{"dtype":"BOOL","shape":[1],"data_offsets":[16,17]}})";
  CHECK(written.substr(8, header.size()) == header);
  CHECK(written.find_first_not_of(' ', 8 + header.size()) % 8 == 0);  // aligned
  CHECK(text(data::to_safetensors(std::vector<Named>(tensors.rbegin(), tensors.rend()))) == written);
  CHECK(text(data::to_safetensors({})) == file("{}      "));
}

TEST_CASE("safetensors: reading and writing again gives the same file", "[data]") {
  const auto first = data::to_safetensors(assorted(), {{"k", "v"}});
  const auto read = data::parse_safetensors(first, "x");
  CHECK(data::to_safetensors(read.tensors, read.metadata) == first);
}

TEST_CASE("safetensors: refused before anything is written", "[data]") {
  const Folder folder;
  const auto refused = [&](std::vector<Named> tensors) {
    return sentence_of<ValueError>([&] { data::write_safetensors(folder / "x", tensors); });
  };
  const std::string who = "write_safetensors: '" + (folder / "x") + "': ";
  CHECK(refused({{"a", Tensor()}}) == who + "the tensor 'a' is absent; leave it out");
  CHECK(refused({{"a", ones({1})}, {"a", ones({1})}}) == who + "two tensors are named 'a'; names must differ");
  CHECK(refused({{"__metadata__", ones({1})}}) == who + "a tensor is named '__metadata__'; the format keeps that name for itself");
  CHECK(refused({{std::string(4097, 'n'), ones({1})}}) == who + "a name has 4097 bytes; at most 4096 are allowed");
  CHECK(refused({{"\xff", ones({1})}}) == who + "the text '\xff' is not UTF-8");
  const std::vector<Named> abstract{{"a", abstract_tensor({2}, f32)}};
  CHECK_THROWS_AS(data::write_safetensors(folder / "x", abstract), AbstractError);
  CHECK(folder.entries() == 0);
}

TEST_CASE("safetensors: malformed headers", "[data]") {
  const std::string eight(8, '\0');
  CHECK(sentence_of<FormatError>([] { parse("\1\2\3"); }) ==
        "read_safetensors: 'x': the file ends early, in the header's length: 8 bytes are wanted at byte 0, 3 are left");
  CHECK(sentence_of<FormatError>([] { parse(le64(~0ULL) + "{}"); }) ==
        "read_safetensors: 'x': the file states a header of 18446744073709551615 bytes; at most 100000000 are read");
  CHECK(sentence_of<FormatError>([] { parse(le64(100'000'000) + "{}"); }) ==
        "read_safetensors: 'x': the file ends early, in the header: 100000000 bytes are wanted at byte 8, 2 are left");
  CHECK(fault("") == "the header must start with '{'");
  CHECK(fault("[]") == "the header must start with '{'");
  CHECK(fault(" {}") == "the header must start with '{'");
  CHECK(fault(std::string("{}\0", 3)) == "the header holds a NUL; it is not JSON");
  CHECK(fault("{nope") == "the header is not JSON at its byte 3");
  CHECK(fault("{}x") == "the header is not JSON at its byte 3");
  CHECK(fault("{} \n\t ") == "no error");
  CHECK(fault("{\"a\":null}") == "the entry 'a' is null; it must be an object");
  CHECK(fault("{\"a\":true}") == "the entry 'a' is a boolean; it must be an object");
  CHECK(fault("{\"a\":-1}") == "the entry 'a' is the negative number -1; it must be an object");
  CHECK(fault("{\"a\":[]}") == "the entry 'a' is an array; it must be an object");
  CHECK(fault("{\"\xff\":1}").starts_with("the header is not JSON"));
  CHECK(fault(R"({"\ud800":{}})").starts_with("the header is not JSON"));
  CHECK(fault("{\"" + std::string(4097, 'n') + "\":{}}") == "a name of 4097 bytes; at most 4096 are allowed");

  CHECK(fault(one("F32", "[2]", "[0,8]"), eight) == "no error");
  CHECK(fault(one("BF16", "[2]", "[0,4]"), eight) == "tensor 'a' has dtype 'BF16'; BOOL, I32, I64, F32 and F64 are read");
  CHECK(fault(one("F32", "[-2]", "[0,8]"), eight) == "tensor 'a' has the negative number -2 in its shape");
  CHECK(fault(one("F32", "[-0]", "[0,0]")) == "tensor 'a' has the negative number 0 in its shape");
  CHECK(fault(one("F32", "[2.0]", "[0,8]"), eight) ==
        "tensor 'a' has the number '2.0' (sizes and offsets are whole and below 2^64) in its shape");
  CHECK(fault(one("F32", "[2e0]", "[0,8]"), eight) ==
        "tensor 'a' has the number '2e0' (sizes and offsets are whole and below 2^64) in its shape");
  CHECK(fault(one("F32", "[18446744073709551616]", "[0,8]"), eight) ==
        "tensor 'a' has the number '18446744073709551616' (sizes and offsets are whole and below 2^64) in its shape");
  CHECK(fault(one("F32", "[[2]]", "[0,8]"), eight) == "tensor 'a' has an array in its shape");
  CHECK(fault(one("F32", "2", "[0,8]"), eight) == "tensor 'a' has a number as its shape");
  CHECK(fault(one("F32", "{}", "[0,8]"), eight) == "tensor 'a' has an object as its shape");
  CHECK(fault(one("F32", "[\"2\"]", "[0,8]"), eight) == "tensor 'a' has the string '2' in its shape");
  CHECK(fault(one("F32", "[1,1,1,1,1,1,1,1,1]", "[0,4]")) == "tensor 'a' has more than 8 axes; a tensor has at most 8");
  CHECK(fault(one("F32", "[2]", "[0]"), eight) == "tensor 'a' has 1 data_offsets; it needs 2, begin and end");
  CHECK(fault(one("F32", "[2]", "[0,8,16]"), eight) == "tensor 'a' has more than 2 data_offsets");
  CHECK(fault(one("F32", "[2]", "[0,true]"), eight) == "tensor 'a' has a boolean in its data_offsets");
  CHECK(fault(R"({"a":{"shape":[2],"data_offsets":[0,8]}})", eight) == "tensor 'a' lacks a field; it needs dtype, shape and data_offsets");
  CHECK(fault(R"({"a":{"dtype":1}})") == "tensor 'a' has a number as its dtype");
  CHECK(fault(R"({"a":{"dtype":"F32","dtype":"F32"}})") == "tensor 'a' has its dtype twice");
  CHECK(fault(R"({"a":{"shape":[],"shape":[]}})") == "tensor 'a' has its shape twice");
  CHECK(fault(R"({"a":{"data_offsets":[0,0],"data_offsets":[0,0]}})") == "tensor 'a' has its data_offsets twice");
  CHECK(fault(R"({"a":{"stride":1}})") == "tensor 'a' has a field 'stride'; it may have dtype, shape and data_offsets");
  CHECK(fault(R"({"__metadata__":{"k":1}})") == "the metadata 'k' is a number; it must be a string");
  CHECK(fault(R"({"__metadata__":{"k":{}}})") == "the metadata 'k' is an object; it must be a string");
  CHECK(fault(R"({"__metadata__":{"k":"1","k":"2"}})") == "the metadata key 'k' is there twice");
  CHECK(fault(R"({"__metadata__":{},"__metadata__":{}})") == "the name '__metadata__' is there twice");
}

TEST_CASE("safetensors: data that do not fit the header", "[data]") {
  const std::string eight(8, '\0');
  const auto two = [](const std::string& first, const std::string& second) {
    return R"({"a":{"dtype":"F32","shape":[2],"data_offsets":)" + first + R"(},"b":{"dtype":"F32","shape":[2],"data_offsets":)" + second +
           "}}";
  };
  CHECK(fault(one("F32", "[2]", "[8,0]"), eight) == "tensor 'a' has data_offsets [8, 0]; the end comes before the begin");
  CHECK(fault(one("F32", "[3]", "[0,8]"), eight) == "tensor 'a' has data_offsets [0, 8]; F32 of shape [3] takes 12 bytes");
  CHECK(fault(one("F32", "[4294967296,4294967296]", "[0,0]")).starts_with("tensor 'a': the file states an impossible shape"));
  CHECK(fault(two("[0,8]", "[4,12]"), eight + "1234") ==
        "tensor 'b' begins at byte 4 of the data; the one before ends at 8, and tensors neither overlap nor leave holes");
  CHECK(fault(two("[0,8]", "[12,20]"), eight + eight + "1234") ==
        "tensor 'b' begins at byte 12 of the data; the one before ends at 8, and tensors neither overlap nor leave holes");
  CHECK(fault(two("[8,16]", "[0,8]"), eight + eight) == "no error");
  CHECK(fault(one("F32", "[2]", "[0,8]"), eight + "tail") == "the tensors take 8 bytes; 12 follow the header");
  CHECK(fault(one("F32", "[2]", "[0,8]"), "short") == "the tensors take 8 bytes; 5 follow the header");
  CHECK(fault(one("BOOL", "[2]", "[0,2]"), "\x01\x02") == "tensor 'a' is BOOL and holds a byte other than 0 and 1");
}

TEST_CASE("safetensors: every prefix is refused", "[data]") {
  const std::string good = text(data::to_safetensors(assorted(), {{"k", "v"}}));
  for (std::size_t length = 0; length < good.size(); ++length) CHECK_THROWS_AS(parse(good.substr(0, length)), FormatError);
}

TEST_CASE("safetensors: mutated files are read or refused, and what is read can be written", "[data]") {
  const std::string good = text(data::to_safetensors(assorted(), {{"k", "v"}}));
  std::mt19937 random(1);
  const std::string_view alphabet = "{}[]\",:0123456789-.eE \\nFIB\xff";
  int accepted = 0;
  for (int i = 0; i < 5000; ++i) {
    std::string changed = good;
    const std::size_t at = 8 + random() % (good.size() - 8);
    if (random() % 8 == 0) changed[random() % 8] = static_cast<char>(random());
    else changed[at] = alphabet[random() % alphabet.size()];
    try {
      const auto read = parse(changed);
      const auto again = data::to_safetensors(read.tensors, read.metadata);
      const auto reread = data::parse_safetensors(again, "x");
      REQUIRE(data::to_safetensors(reread.tensors, reread.metadata) == again);
      ++accepted;
    } catch (const FormatError&) {}
  }
  CHECK(accepted > 100);  // changed elements and letters of names
}

TEST_CASE("safetensors: the Python package reads what is written", "[data][python]") {
  const Python python("numpy", "safetensors");
  if (!python.present()) return;
  const Folder folder;
  data::write_safetensors(folder / "ours", assorted(), {{"format", "pt"}});
  CHECK(python.run(R"(
import sys, numpy as np
from safetensors import safe_open
with safe_open(sys.argv[1], "np") as f:
    t = {k: f.get_tensor(k) for k in f.keys()}
    assert f.metadata() == {"format": "pt"}
assert len(t) == 7
w = t["hidden.weight"]
assert w.dtype == np.float32 and w.tolist() == [[1.5, -2, 3.25], [0, float(np.float32(1e-40)), 0]] and np.signbit(w[1, 2])
assert t["steps"].dtype == np.int64 and t["steps"].shape == () and int(t["steps"]) == 2 ** 60
assert t["mask"].dtype == np.bool_ and t["mask"].tolist() == [True, False, True]
assert t["ids"].dtype == np.int32 and t["ids"].tolist() == [1, -2, 3]
assert t["exact"].dtype == np.float64 and t["exact"].tolist() == [0.1, 0.2]
assert t["empty"].shape == (3, 0)
assert float(t["\u00e9 \"q\" \\ \n"]) == 7
)",
                   folder / "ours"));
}

TEST_CASE("safetensors: what the Python package writes is read", "[data][python]") {
  const Python python("numpy", "safetensors");
  if (!python.present()) return;
  const Folder folder;
  REQUIRE(python.run(R"(
import sys, numpy as np
from safetensors.numpy import save_file
save_file({"w": np.arange(6, dtype=np.float32).reshape(2, 3) / 2, "n": np.array(-5, dtype=np.int64), "i": np.array([7], dtype=np.int32),
           "b": np.array([True, False]), "d": np.array([0.1]), "\u00e9": np.zeros((0, 4), np.float32)}, sys.argv[1], {"k": "v"})
save_file({"h": np.zeros(2, np.float16)}, sys.argv[1] + "_half")
)",
                     folder / "theirs"));
  const auto read = data::read_safetensors(folder / "theirs");
  CHECK(read.metadata == data::Metadata{{"k", "v"}});
  REQUIRE(read.tensors.size() == 6);
  for (const Named& t : read.tensors) {
    if (t.name == "w") check_same(t.value, tensor({{0.0, 0.5, 1.0}, {1.5, 2.0, 2.5}}));
    else if (t.name == "n") check_same(t.value, scalar(-5, i64));
    else if (t.name == "i") check_same(t.value, tensor({7}));
    else if (t.name == "b") check_same(t.value, tensor({true, false}));
    else if (t.name == "d") check_same(t.value, tensor({0.1}, f64));
    else check_same(t.value, zeros({0, 4}));
  }
  CHECK(sentence_of<FormatError>([&] {
          data::read_safetensors(folder / "theirs_half");
        }).ends_with("tensor 'h' has dtype 'F16'; BOOL, I32, I64, F32 and F64 are read"));
}
