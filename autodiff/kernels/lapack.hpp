#pragma once

#include <cstddef>
#include <type_traits>

// The routines of LAPACK (and BLAS' trsm, which comes with it) that the library calls, declared here, so that any LAPACK will do and no
// header of one is needed. Matrices are column-major there; numbers are 32-bit; each string argument brings its length, hidden, at the end.

extern "C" {
void spotrf_(const char* uplo, const int* n, float* a, const int* lda, int* info, std::size_t);
void dpotrf_(const char* uplo, const int* n, double* a, const int* lda, int* info, std::size_t);
void sgetrf_(const int* m, const int* n, float* a, const int* lda, int* pivots, int* info);
void dgetrf_(const int* m, const int* n, double* a, const int* lda, int* pivots, int* info);
void sgetrs_(const char* trans, const int* n, const int* k, const float* lu, const int* lda, const int* pivots, float* b, const int* ldb,
             int* info, std::size_t);
void dgetrs_(const char* trans, const int* n, const int* k, const double* lu, const int* lda, const int* pivots, double* b, const int* ldb,
             int* info, std::size_t);
void sgeqrf_(const int* m, const int* n, float* a, const int* lda, float* tau, float* work, const int* size, int* info);
void dgeqrf_(const int* m, const int* n, double* a, const int* lda, double* tau, double* work, const int* size, int* info);
void sorgqr_(const int* m, const int* n, const int* k, float* a, const int* lda, const float* tau, float* work, const int* size, int* info);
void dorgqr_(const int* m, const int* n, const int* k, double* a, const int* lda, const double* tau, double* work, const int* size,
             int* info);
void ssyevd_(const char* job, const char* uplo, const int* n, float* a, const int* lda, float* w, float* work, const int* size, int* iwork,
             const int* isize, int* info, std::size_t, std::size_t);
void dsyevd_(const char* job, const char* uplo, const int* n, double* a, const int* lda, double* w, double* work, const int* size,
             int* iwork, const int* isize, int* info, std::size_t, std::size_t);
void sgesdd_(const char* job, const int* m, const int* n, float* a, const int* lda, float* s, float* u, const int* ldu, float* vt,
             const int* ldvt, float* work, const int* size, int* iwork, int* info, std::size_t);
void dgesdd_(const char* job, const int* m, const int* n, double* a, const int* lda, double* s, double* u, const int* ldu, double* vt,
             const int* ldvt, double* work, const int* size, int* iwork, int* info, std::size_t);
void strsm_(const char* side, const char* uplo, const char* trans, const char* diag, const int* m, const int* n, const float* alpha,
            const float* a, const int* lda, float* b, const int* ldb, std::size_t, std::size_t, std::size_t, std::size_t);
void dtrsm_(const char* side, const char* uplo, const char* trans, const char* diag, const int* m, const int* n, const double* alpha,
            const double* a, const int* lda, double* b, const int* ldb, std::size_t, std::size_t, std::size_t, std::size_t);
}

namespace descent::inline v1::kernels::lapack {

/// While one lives LAPACK runs on its caller's thread: parallel_for is the only parallelism, and the bits do not depend on a number of
/// threads. Regions may overlap, in any threads. OpenBLAS is told so; a LAPACK of another make that has threads is left to its own rules.
class [[nodiscard]] OneThread {
 public:
  OneThread();
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;
  ~OneThread();

 private:
  bool counted_ = false;
  int openmp_threads_ = 0;
};

/// The routine for T.
template <class T, class F, class D> constexpr auto choose(F single, D twice) {
  if constexpr (std::is_same_v<T, float>) return single;
  else return twice;
}

// Each returns LAPACK's info: 0, or what went wrong.

template <class T> int potrf(char uplo, int n, T* a) {
  int info = 0;
  choose<T>(&spotrf_, &dpotrf_)(&uplo, &n, a, &n, &info, 1);
  return info;
}
template <class T> int getrf(int n, T* a, int* pivots) {
  int info = 0;
  choose<T>(&sgetrf_, &dgetrf_)(&n, &n, a, &n, pivots, &info);
  return info;
}
template <class T> int getrs(char trans, int n, int k, const T* lu, const int* pivots, T* b) {
  int info = 0;
  choose<T>(&sgetrs_, &dgetrs_)(&trans, &n, &k, lu, &n, pivots, b, &n, &info, 1);
  return info;
}
/// size -1 asks for the size of `work`, in its first element.
template <class T> int geqrf(int m, int n, T* a, T* tau, T* work, int size) {
  int info = 0;
  choose<T>(&sgeqrf_, &dgeqrf_)(&m, &n, a, &m, tau, work, &size, &info);
  return info;
}
template <class T> int orgqr(int m, int n, T* a, const T* tau, T* work, int size) {
  int info = 0;
  choose<T>(&sorgqr_, &dorgqr_)(&m, &n, &n, a, &m, tau, work, &size, &info);
  return info;
}
template <class T> int syevd(int n, T* a, T* w, T* work, int size, int* iwork, int isize) {
  int info = 0;
  const char job = 'V', uplo = 'L';
  choose<T>(&ssyevd_, &dsyevd_)(&job, &uplo, &n, a, &n, w, work, &size, iwork, &isize, &info, 1, 1);
  return info;
}
template <class T> int gesdd(int m, int n, T* a, T* s, T* u, T* vt, T* work, int size, int* iwork) {
  int info = 0;
  const char job = 'S';
  const int k = m < n ? m : n;
  choose<T>(&sgesdd_, &dgesdd_)(&job, &m, &n, a, &m, s, u, &m, vt, &k, work, &size, iwork, &info, 1);
  return info;
}
/// b [m, n] becomes b op(a)^-1.
template <class T> void trsm_right(char uplo, char trans, char diag, int m, int n, const T* a, T* b) {
  const char side = 'R';
  const T one = 1;
  choose<T>(&strsm_, &dtrsm_)(&side, &uplo, &trans, &diag, &m, &n, &one, a, &n, b, &m, 1, 1, 1, 1);
}

}  // namespace descent::inline v1::kernels::lapack
