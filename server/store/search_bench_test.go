package store

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// chatter makes up messages as a large team might have them: words as frequent as
// those of a language, a tenth of the texts in Japanese, most of them in few rooms.
type chatter struct {
	r      *rand.Rand
	words  *rand.Zipf
	signs  *rand.Zipf
	people *rand.Zipf
	rooms  *rand.Zipf
}

const (
	vocabulary  = 60_000
	manyPeople  = 200
	manyRooms   = 100
	needle      = "zymurgy" // in one message of needleEvery
	needleSigns = "量子猫"
	needleEvery = 10_000
	hiddenWord  = "windfall" // in every third message, and in no quiet room
	quietRooms  = 20         // at the end of all rooms
)

func newChatter() *chatter {
	r := rand.New(rand.NewPCG(4, 626))
	return &chatter{
		r: r, words: rand.NewZipf(r, 1.1, 3, vocabulary-1), signs: rand.NewZipf(r, 1.1, 20, 3000),
		people: rand.NewZipf(r, 1.2, 5, manyPeople-1), rooms: rand.NewZipf(r, 1.2, 2, manyRooms-1),
	}
}

// wordOf is a word of made-up syllables.
func wordOf(rank int) string {
	const consonants, vowels = "bdfghklmnprstvwz", "aeiou"
	var b strings.Builder
	for n := rank + 80; n > 0; n /= 80 {
		b.WriteByte(consonants[n%16])
		b.WriteByte(vowels[n/16%5])
	}
	return b.String()
}

func roomOf(i int) string {
	if i == 0 {
		return chat.GeneralRoom
	}
	return fmt.Sprint("r", i)
}

func personOf(i int) chat.User {
	return chat.User{ID: fmt.Sprintf("hobnob:0193%08d", i), Name: fmt.Sprint("person ", i), Role: chat.RoleMember}
}

func (c *chatter) text(n uint64, room int) string {
	var b strings.Builder
	if c.r.IntN(10) == 0 {
		for range 6 + c.r.IntN(30) {
			b.WriteRune('一' + rune(c.signs.Uint64()))
		}
		if n%needleEvery == 0 {
			b.WriteString(needleSigns)
		}
		return b.String()
	}
	for range 3 + c.r.IntN(18) {
		b.WriteString(wordOf(int(c.words.Uint64())))
		b.WriteByte(' ')
	}
	if n%needleEvery == 0 {
		b.WriteString(needle)
	}
	if n%3 == 0 && room < manyRooms-quietRooms {
		b.WriteString(hiddenWord)
	}
	return b.String()
}

func (c *chatter) event(n uint64) chat.Event {
	room := int(c.rooms.Uint64())
	e := said(n, roomOf(room), c.text(n, room))
	e.Author = personOf(int(c.people.Uint64()))
	e.At = chat.Millis(1_700_000_000_000 + n*30_000)
	return e
}

// opening is how many events open makes.
const opening = manyPeople + manyRooms - 1

// open makes the people, and the rooms with everybody in them.
func (c *chatter) open() []chat.Event {
	users := make([]chat.User, manyPeople)
	for i := range users {
		users[i] = personOf(i)
	}
	list := make([]chat.Event, 0, opening)
	for i := range users {
		e := said(uint64(len(list)+1), "", "")
		e.Kind, e.Author, e.Body = chat.UserEntered, users[i], chat.Body{}
		list = append(list, e)
	}
	for i := 1; i < manyRooms; i++ {
		id := roomOf(i)
		e := said(uint64(len(list)+1), id, "")
		e.Kind, e.Author, e.Body = chat.RoomCreated, users[0], chat.Body{}
		e.Change = chat.Change{Kind: chat.RoomPublic, Name: &id, Users: users}
		list = append(list, e)
	}
	return list
}

// manyMessages is how many messages are searched: a million where that is asked for,
// by HOBNOB_SEARCH_MESSAGES, and otherwise what can be made at once.
func manyMessages() int {
	n, err := strconv.Atoi(os.Getenv("HOBNOB_SEARCH_MESSAGES"))
	if err != nil {
		return 20_000
	}
	return n
}

func size(tb testing.TB, s *Store) int64 {
	tb.Helper()
	if _, err := s.Writer().Exec("PRAGMA wal_checkpoint(truncate)"); err != nil {
		tb.Fatal(err)
	}
	info, err := os.Stat(s.path)
	if err != nil {
		tb.Fatal(err)
	}
	return info.Size()
}

// largeTeam applies and indexes n messages, and tells how long that took and how
// large it is.
func largeTeam(b *testing.B, n int) *Store {
	s := openStore(b, filepath.Join(b.TempDir(), "team.db"))
	c := newChatter()
	apply(b, s, c.open()...)
	began := time.Now()
	c.talk(b, s, n)
	applied, bare := time.Since(began), size(b, s)
	began = time.Now()
	var longest time.Duration
	for more := true; more; {
		one := time.Now()
		var err error
		if more, err = s.indexSome(b.Context()); err != nil {
			b.Fatal(err)
		}
		longest = max(longest, time.Since(one))
	}
	indexed := time.Since(began)
	b.Run("making it", func(b *testing.B) {
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(float64(n), "messages")
		b.ReportMetric(float64(n)/applied.Seconds(), "applied/s")
		b.ReportMetric(float64(bare)/1e6, "MB")
		b.ReportMetric(float64(n)/indexed.Seconds(), "indexed/s")
		b.ReportMetric(float64(size(b, s)-bare)/1e6, "index-MB")
		b.ReportMetric(float64(longest.Microseconds())/1000, "longest-batch-ms")
	})
	return s
}

// talk applies n messages.
func (c *chatter) talk(b *testing.B, s *Store, n int) {
	first := uint64(opening + 1)
	for at := first; at < first+uint64(n); {
		batch := make([]chat.Event, 0, 1000)
		for ; len(batch) < 1000 && at < first+uint64(n); at++ {
			batch = append(batch, c.event(at))
		}
		apply(b, s, batch...)
	}
}

// percentiles are of how long something took: an average says little of what a
// person waits for.
type percentiles []time.Duration

func (p percentiles) report(b *testing.B) {
	slices.Sort(p)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b.ReportMetric(ms(p[len(p)*50/100]), "p50-ms")
	b.ReportMetric(ms(p[len(p)*95/100]), "p95-ms")
	b.ReportMetric(ms(p[len(p)-1]), "max-ms")
}

// BenchmarkSearch answers pages of 50 out of many messages.
func BenchmarkSearch(b *testing.B) {
	n := manyMessages()
	s := largeTeam(b, n)
	all := make([]string, manyRooms)
	for i := range all {
		all[i] = roomOf(i)
	}
	end := chat.Position{Epoch: epoch, Offset: uint64(n / 2)}
	for _, c := range []struct {
		name string
		ask  func(i int) chat.SearchQuery
	}{
		{"rare word", func(int) chat.SearchQuery { return chat.SearchQuery{Words: []string{needle}, Rooms: all} }},
		{"any word", func(i int) chat.SearchQuery {
			return chat.SearchQuery{Words: []string{wordOf(i * 7919 % vocabulary)}, Rooms: all}
		}},
		{"no such word", func(int) chat.SearchQuery { return chat.SearchQuery{Words: []string{"xxyyzz"}, Rooms: all} }},
		{"common word", func(i int) chat.SearchQuery { return chat.SearchQuery{Words: []string{wordOf(i % 20)}, Rooms: all} }},
		{"common word, older page", func(i int) chat.SearchQuery {
			return chat.SearchQuery{Words: []string{wordOf(i % 20)}, Rooms: all, Before: end}
		}},
		{"common words, all of four", func(i int) chat.SearchQuery {
			return chat.SearchQuery{Words: []string{wordOf(i % 5), wordOf(5 + i%5), wordOf(10 + i%5), wordOf(15 + i%5)}, Rooms: all}
		}},
		{"phrase of common words", func(i int) chat.SearchQuery {
			return chat.SearchQuery{Words: []string{wordOf(i%5) + " " + wordOf(5+i%5) + " " + wordOf(10+i%5)}, Rooms: all}
		}},
		{"common and rare", func(i int) chat.SearchQuery {
			return chat.SearchQuery{Words: []string{wordOf(i % 5), needle}, Rooms: all}
		}},
		{"beginning of two letters", func(i int) chat.SearchQuery {
			return chat.SearchQuery{Begins: []string{wordOf(i % 20)[:2]}, Rooms: all}
		}},
		{"CJK, rare", func(int) chat.SearchQuery { return chat.SearchQuery{Words: []string{needleSigns}, Rooms: all} }},
		{"CJK, one common sign", func(i int) chat.SearchQuery {
			return chat.SearchQuery{Words: []string{string('一' + rune(i%20))}, Rooms: all}
		}},
		{"CJK, two common signs", func(i int) chat.SearchQuery {
			return chat.SearchQuery{Words: []string{string([]rune{'一' + rune(i%10), '一' + rune(i%7)})}, Rooms: all}
		}},
		{"common word, quiet room", func(i int) chat.SearchQuery {
			return chat.SearchQuery{Words: []string{wordOf(i % 5)}, Rooms: []string{roomOf(manyRooms - 1 - i%10)}}
		}},
		{"common elsewhere, quiet rooms", func(int) chat.SearchQuery {
			return chat.SearchQuery{Words: []string{hiddenWord}, Rooms: all[manyRooms-quietRooms:]}
		}},
		{"common elsewhere, most rooms", func(int) chat.SearchQuery {
			return chat.SearchQuery{Words: []string{hiddenWord}, Rooms: all[manyRooms-quietRooms-50:]}
		}},
		{"common word, all but one room", func(i int) chat.SearchQuery { return chat.SearchQuery{Words: []string{wordOf(i % 5)}, Rooms: all[1:]} }},
		{"from one person", func(i int) chat.SearchQuery {
			return chat.SearchQuery{From: []string{personOf(i % manyPeople).ID}, Rooms: all}
		}},
		{"common word from one person", func(i int) chat.SearchQuery {
			return chat.SearchQuery{Words: []string{wordOf(i % 5)}, From: []string{personOf(manyPeople - 1 - i%50).ID}, Rooms: all}
		}},
		{"common word of one day", func(i int) chat.SearchQuery {
			since := chat.Millis(1_700_000_000_000 + int64(n/3)*30_000)
			return chat.SearchQuery{Words: []string{wordOf(i % 5)}, Since: since, Until: since + 86_400_000, Rooms: all}
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var took percentiles
			found := 0
			for b.Loop() {
				began := time.Now()
				page, err := s.Search(b.Context(), c.ask(len(took)))
				if err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
				found += len(page.Messages)
			}
			took.report(b)
			b.ReportMetric(float64(found)/float64(len(took)), "found/op")
		})
	}
	b.Run("a message taken out", func(b *testing.B) {
		var took percentiles
		for b.Loop() {
			began := time.Now()
			err := inTx(b.Context(), s.Writer(), func(tx *sql.Tx) error {
				return s.unindex(b.Context(), tx, int64(opening+1+len(took)*7919%n))
			})
			if err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(began))
		}
		took.report(b)
	})
}

// BenchmarkSearchTail looks through as much as may be waiting for the index, for what
// is not there.
func BenchmarkSearchTail(b *testing.B) {
	n := min(manyMessages(), maxTail)
	s := openStore(b, filepath.Join(b.TempDir(), "team.db"))
	c := newChatter()
	apply(b, s, c.open()...)
	c.talk(b, s, n)
	all := make([]string, manyRooms)
	for i := range all {
		all[i] = roomOf(i)
	}
	var took percentiles
	for b.Loop() {
		began := time.Now()
		if _, err := s.Search(b.Context(), chat.SearchQuery{Words: []string{"xxyyzz"}, Rooms: all}); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	took.report(b)
	b.ReportMetric(float64(n), "messages")
}
