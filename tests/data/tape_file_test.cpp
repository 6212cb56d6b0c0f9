#include <descent/data/tape_file.hpp>

#include <filesystem>
#include <map>

#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/checkpoint.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/autodiff/transforms/vmap.hpp>
#include <descent/data/safetensors.hpp>
#include <descent/tests/catch.hpp>
#include <descent/tests/data/support.hpp>

using namespace descent;
using descent::test::Folder;
using descent::test::sentence_of;

namespace {

const Tensor kW = linspace(-1, 1, 6, f64);
const Tensor kX = reshape(linspace(0.5, 2, 12, f64), {2, 6});

/// With constants, parameters of every kind, several results of one call, random numbers, and a value that is used twice.
std::vector<Tensor> features(const Tensor& w) {
  Rng rng(3);
  const Tensor h = tanh(kX * w) + normal({2, 6}, rng, 0, 1, f64);
  const auto [value, index] = topk(h, 3);
  const Tensor masked = where(h > 0.0, clamp(h, -1.0, INFINITY), 0.5 * h);
  return {sum(square(value)) + sum(mean(masked, 0, KeepAxes::yes)) + logsumexp(concat({h, masked}, 1)), cast(index, f64), w};
}

/// A saved tape of `features` at kW.
std::string saved(const Folder& folder) {
  const std::string path = folder / "features.safetensors";
  Tape tape(Purpose::program);
  save_tape(path, tape, features(tape.watch(kW)));
  return path;
}

void require_same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    REQUIRE(abstract_of(a[i]) == abstract_of(b[i]));
    REQUIRE(a[i].to_vector<double>() == b[i].to_vector<double>());
  }
}

}  // namespace

TEST_CASE("tape file: what is loaded computes the same bits, here and elsewhere, and is differentiated like any function") {
  const Folder folder;
  const LoadedTape loaded = load_tape(saved(folder));
  CHECK(loaded.inputs() == std::vector<Abstract>{abstract_of(kW)});
  CHECK(loaded.results() == 3);
  const Tensor elsewhere = sin(kW);
  require_same(loaded({kW}), features(kW));
  require_same(loaded({elsewhere}), features(elsewhere));
  const auto cost = [&](const Tensor& w) { return loaded({w})[0]; };
  const auto plain = [&](const Tensor& w) { return features(w)[0]; };
  require_same({grad(cost)(elsewhere)}, {grad(plain)(elsewhere)});
  require_same({vmap(cost)(stack({kW, elsewhere}))}, {stack({cost(kW), cost(elsewhere)})});
}

TEST_CASE("tape file: loaded, drawn and saved again it is the same") {
  const Folder folder;
  const std::string path = saved(folder), again = folder / "again.safetensors";
  const LoadedTape loaded = load_tape(path);
  const auto drawn = [](const LoadedTape& function, const std::string& to) {
    Tape tape(Purpose::program);
    save_tape(to, tape, function({tape.watch(kW)}));
    return tape.to_dot();
  };
  const std::string picture = drawn(loaded, again);
  CHECK(drawn(load_tape(again), again) == picture);
  CHECK(test::slurp(path) == test::slurp(again));
}

TEST_CASE("tape file: a gradient is saved as calls too") {
  const Folder folder;
  const std::string path = folder / "slope.safetensors";
  const auto slope = grad([](const Tensor& w) { return features(w)[0]; });
  Tape tape(Purpose::program);
  save_tape(path, tape, {slope(tape.watch(kW))});
  require_same(load_tape(path)({cos(kW)}), {slope(cos(kW))});
}

TEST_CASE("tape file: calls before the watch, and those that no result needs, are left out") {
  const Folder folder;
  const std::string path = folder / "late.safetensors";
  Tape tape(Purpose::program);
  const Tensor before = exp(kX);
  const Tensor w = tape.watch(kW);
  const Tensor unused = sin(w);
  const Tensor v = tape.watch(kX);
  save_tape(path, tape, {sum(w * v * before), v});
  const LoadedTape loaded = load_tape(path);
  CHECK(loaded.inputs() == std::vector<Abstract>{abstract_of(kW), abstract_of(kX)});
  require_same(loaded({cos(kW), kX}), {sum(cos(kW) * kX * before), kX});
  CHECK(data::read_safetensors(path).metadata.at("descent.tape").find("sin") == std::string::npos);
}

TEST_CASE("tape file: inputs are those of the recording") {
  const Folder folder;
  const LoadedTape loaded = load_tape(saved(folder));
  CHECK_THROWS_AS(loaded({}), ValueError);
  CHECK_THROWS_AS(loaded({Tensor()}), ValueError);
  CHECK(sentence_of<ShapeError>([&] { loaded({ones({5}, f64)}); }) ==
        "LoadedTape: input 0 is f64[5]; the tape was recorded with f64[6], and its calls hold for that alone");
  CHECK_THROWS_AS(loaded({ones({6}, f32)}), DtypeError);
}

TEST_CASE("tape file: what cannot be saved is named, and nothing is written") {
  const Folder folder;
  const std::string path = folder / "never.safetensors";
  Tape tape(Purpose::program);
  const Tensor w = tape.watch(kW);
  const Tensor y = checkpoint([](const Tensor& x) { return sin(x); })(w);
  CHECK_THAT(sentence_of<ValueError>([&] { save_tape(path, tape, {y}); }),
             Catch::Contains("the call of checkpoint at ") && Catch::Contains("holds a function, which no file can"));
  CHECK_THROWS_AS(save_tape(path, tape, {Tensor()}), ValueError);
  CHECK_THROWS_AS(save_tape(path, Tape(), {w}), TapeError);
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("tape file: a wrong file is refused with what is wrong in it") {
  const Folder folder;
  const std::string path = folder / "wrong.safetensors";
  const auto refusal = [&](const std::string& calls) {
    data::write_safetensors(path, {}, {{"descent.tape", calls}});
    return sentence_of<FormatError>([&] { load_tape(path); });
  };
  const auto with_call = [&](const std::string& call) {
    return refusal(R"({"version":1,"inputs":[{"dtype":"f64","shape":[2]}],"calls":[)" + call + R"(],"results":[0]})");
  };
  data::write_safetensors(path, {}, {});
  CHECK_THAT(sentence_of<FormatError>([&] { load_tape(path); }), Catch::Contains("holds no tape"));
  CHECK_THAT(refusal("{"), Catch::Contains("is not what save_tape writes"));
  CHECK_THAT(refusal("[]"), Catch::Contains("is not what save_tape writes"));
  CHECK_THAT(refusal(R"({"version":2})"), Catch::Contains("of version 2"));
  CHECK_THAT(refusal(R"({"version":1,"inputs":[{"dtype":"f16","shape":[2]}]})"), Catch::Contains("no dtype"));
  CHECK_THAT(refusal(R"({"version":1,"inputs":[{"dtype":"f64","shape":[-2]}]})"), Catch::Contains("impossible shape"));
  CHECK_THAT(with_call(R"({"op":"sinn","in":[0],"params":{},"results":1})"),
             Catch::Contains("call 0 is none: call: there is no op \"sinn\""));
  CHECK_THAT(with_call(R"({"op":"sin","in":[1],"params":{},"results":1})"), Catch::Contains("call 0 read value 1; there are 1 before it"));
  CHECK_THAT(with_call(R"({"op":"sin","in":[-1],"params":{},"results":1})"), Catch::Contains("call 0 read value -1"));
  CHECK_THAT(with_call(R"({"op":"sin","in":["c9"],"params":{},"results":1})"), Catch::Contains("constant 'c9'"));
  CHECK_THAT(with_call(R"({"op":"sin","in":[0,0],"params":{},"results":1})"), Catch::Contains("it takes 1"));
  CHECK_THAT(with_call(R"({"op":"sin","in":[0],"params":{},"results":2})"), Catch::Contains("1 results, not 2"));
  CHECK_THAT(with_call(R"({"op":"sin","in":[0],"params":{"a":1},"results":1})"), Catch::Contains("no parameters"));
  CHECK_THAT(with_call(R"({"op":"sum","in":[0],"params":{"axes":{"axis":[0]}},"results":1})"), Catch::Contains("no parameter"));
  CHECK_THAT(with_call(R"({"op":"sin","in":[0.5],"params":{},"results":1})"), Catch::Contains("call 0 read value 0.5"));
}
