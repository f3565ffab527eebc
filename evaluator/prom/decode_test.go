package prom_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/slofuse/slofuse/evaluator/prom"
)

// FuzzAnswer throws arbitrary bodies at the client: whatever a server says, it
// gets an answer or an error out of it, and never both.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		vector, matrix, vector[:30], ``, `null`, `[]`, `{}`, `<html>`, `{"status":"success"}`, `{"status":"error","error":""}`,
		`{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":1},"values":[[1,"NaN"],[1e308,"-Inf"],["x"]]}]}}`,
		`{"status":"success","data":{"resultType":"vector","result":[{"metric":null,"value":[null,null]}]}}`,
		`{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"histograms":[[1,{"count":"1","sum":"1","buckets":[[0,"1","2","1"]]}]]}]}}`,
		`{"status":"success","warnings":[null,""],"data":{"resultType":"vector","result":null}}`,
	} {
		f.Add([]byte(seed), uint16(200))
		f.Add([]byte(seed), uint16(422))
	}
	var body []byte
	var status int
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(status)
		_, _ = io.Copy(w, bytes.NewReader(body))
	}))
	f.Cleanup(server.Close)
	c, err := prom.New(prom.Config{Name: "main", URL: server.URL, Attempts: 1, MaxBytes: 1 << 16})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, answered []byte, code uint16) {
		body, status = answered, 200+int(code)%400
		got, err := c.Query(t.Context(), "m", at)
		if err != nil && got != nil {
			t.Errorf("the answer %v and the error %v", got, err)
		}
		if err != nil && prom.KindOf(err) == "" {
			t.Errorf("an error of no kind: %v", err)
		}
		matrix, err := c.QueryRange(t.Context(), "m", prom.Range{Start: at, End: at, Step: time.Second})
		if err != nil && matrix != nil {
			t.Errorf("the answer %v and the error %v", matrix, err)
		}
	})
}

func BenchmarkQueryRange(b *testing.B) {
	var answer bytes.Buffer
	answer.WriteString(`{"status":"success","data":{"resultType":"matrix","result":[`)
	for i := range 3_000 {
		if i > 0 {
			answer.WriteByte(',')
		}
		answer.WriteString(`{"metric":{"function":"function-number-` + string(rune('a'+i%26)) + `","code":"200"},"values":[[1700000000,"12"],[1700000030,"13"],[1700000060,"14"],[1700000090,"15"]]}`)
	}
	answer.WriteString(`]}}`)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(answer.Bytes()) }))
	defer server.Close()
	c, err := prom.New(prom.Config{Name: "main", URL: server.URL})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(answer.Len()))
	for b.Loop() {
		if _, err := c.QueryRange(b.Context(), "m", prom.Range{Start: at, End: at.Add(90 * time.Second), Step: 30 * time.Second}); err != nil {
			b.Fatal(err)
		}
	}
}
