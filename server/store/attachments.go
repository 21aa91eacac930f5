package store

import (
	"encoding/binary"
	"errors"
)

// errAttachments is a column of attachments that packAttachments did not write.
var errAttachments = errors.New("the attachments of a message are damaged")

// packAttachments joins attachments into one column: each as its length
// (uvarint) and its bytes. No attachments are nil, which is stored as NULL.
func packAttachments(list [][]byte) []byte {
	if len(list) == 0 {
		return nil
	}
	n := 0
	for _, a := range list {
		n += binary.MaxVarintLen32 + len(a)
	}
	out := make([]byte, 0, n)
	for _, a := range list {
		out = binary.AppendUvarint(out, uint64(len(a)))
		out = append(out, a...)
	}
	return out
}

// unpackAttachments splits what packAttachments joined. The parts share packed.
func unpackAttachments(packed []byte) ([][]byte, error) {
	var list [][]byte
	for len(packed) > 0 {
		n, used := binary.Uvarint(packed)
		if used <= 0 || n > uint64(len(packed)-used) {
			return nil, errAttachments
		}
		end := used + int(n)
		list = append(list, packed[used:end:end])
		packed = packed[end:]
	}
	return list, nil
}
